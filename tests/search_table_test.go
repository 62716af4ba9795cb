package tests

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/tests/testkit"
)

// shelved is one message of the corpus: its key, who said it where, and as an answer to what.
type shelved struct{ key, who, room, text, root string }

var corpus = []shelved{
	{"fox", "ada", "general", "The quick brown fox jumps over the lazy dog", ""},
	{"report", "bob", "general", "Quickly done: the report is ready at https://example.org/report", ""},
	{"pi", "cyd", "general", "I don't know what 3.14 means", ""},
	{"cafe", "ada", "general", "Müller, Straße, café, naïve", ""},
	{"weather", "bob", "Tea", "今天天气很好", ""},
	{"tower", "ada", "Tea", "東京タワーに行きました", ""},
	{"korean", "ada", "Tea", "한국어 검색 테스트", ""},
	{"russian", "bob", "Tea", "Привет, как дела? Ёжик", ""},
	{"kana", "ada", "general", "ﾀﾜｰ in half width", ""},
	{"filters", "bob", "general", "type from:ada to filter", ""},
	{"logic", "ada", "general", "AND OR NOT NEAR are only words", ""},
	{"recipe", "bob", "Secret", "the secret recipe has saffron", ""},
	{"again", "ada", "Secret", "saffron again", ""},
	{"between", "ada", "direct", "saffron between us", ""},
	{"snake", "bob", "general", "snake_case_name and foo-bar.baz", ""},
	{"sharp", "ada", "general", "C++ and C# and .NET", ""},
	{"party", "ada", "general", "🎉 a party 👍🏽", ""},
	{"thai", "bob", "general", "ภาษาไทย สวัสดี", ""},
	{"root", "ada", "general", "who likes saffron tea?", ""},
	{"reply", "bob", "general", "saffron for me", "root"},
	{"code", "ada", "general", "```go\nfmt.Println(\"hello_world\")\n```", ""},
	{"rtl", "bob", "general", "שלום עולם, مرحبا بالعالم", ""},
	{"queue", "cyd", "general", "iraq q queue qzone", ""},
	{"markup", "bob", "general", "<script>alert('xss')</script> & saffron <b>", ""},
	{"percent", "ada", "general", "100% of users* said \"maybe\"", ""},
	{"repeat", "cyd", "general", "one two one two three", ""},
	{"star", "cyd", "Big Room", "[a link](https://example.com) with starlight", ""},
	{"hello", "ada", "general", "Hello, World! hello again", ""},
	{"meeting", "bob", "Tea", "来週の会議は中止です、ｺﾝﾋﾟｭｰﾀｰ", ""},
	{"water", "ada", "Tea", "물 주세요, 오늘 회의는 취소", ""},
	{"salaam", "bob", "Tea", "السَّلامُ عليكم، کتاب", ""},
	{"viet", "ada", "Tea", "Cuộc họp bị hủy, cảm ơn Đặng Thị Hường", ""},
	{"german", "bob", "Tea", "Fußgänger auf der STRASSE ist größer", ""},
	{"hindi", "ada", "Tea", "नमस्ते दुनिया", ""},
	{"greek", "bob", "Tea", "Οδυσσεύς και ΟΔΥΣΣΕΥΣ", ""},
	{"turkish", "ada", "Tea", "İstanbul ve ısı", ""},
	{"pictures", "bob", "Tea", "❤️ 👨\u200d👩\u200d👧 🇳🇴", ""},
	{"calls", "ada", "Tea", "call getUserByID(ctx) or get_user_by_id, x->y", ""},
	{"mail", "bob", "Tea", "write to ada.lovelace@example.co.uk", ""},
	{"url", "ada", "Tea", "http://localhost:8080/a/b-c?q=1&x=y#top", ""},
	{"paths", "bob", "Tea", "/usr/local/bin v1.26.3-rc.1 192.168.1.10 #1234", ""},
	{"wide", "ada", "Tea", "ＡＢＣ１２３ and ﬁne oﬃce ²", ""},
	{"irish", "bob", "Tea", "l'été chez O'Brien", ""},
}

// searched is one row of the table: who asks what, and which messages answer, the newest first.
type searched struct{ as, query, want string }

var searches = []searched{
	// Words: case, accents and punctuation do not matter, all words must be there.
	{"ada", "q=fox", "fox"},
	{"ada", "q=FOX", "fox"},
	{"ada", "q=fox+dog", "fox"},
	{"ada", "q=dog+fox", "fox"},
	{"ada", "q=fox+report", ""},
	{"ada", "q=hello", "hello code"},
	{"ada", "q=nothing-like-it", ""},
	{"ada", "q=muller", "cafe"},
	{"ada", "q=MÜLLER", "cafe"},
	{"ada", "q=strasse", "german cafe"},
	{"ada", "q=STRASSE", "german cafe"},
	{"ada", "q=cafe+naive", "cafe"},
	{"ada", "q=cafe%CC%81", "cafe"},
	{"ada", "q=don't", "pi"},
	{"ada", "q=3.14", "pi"},
	{"ada", "q=foo-bar.baz", "snake"},
	{"ada", "q=snake_case_name", "snake"},
	{"ada", "q=hello_world", "hello code"},
	{"ada", "q=Println", "code"},
	{"ada", "q=C%2B%2B", "sharp url"},
	{"ada", "q=.net", "sharp"},
	{"ada", "q=iraq", "queue"},
	{"ada", "q=q+queue", "queue"},
	// The end of a query may be the beginning of a word; other words are whole.
	{"ada", "q=qui", "report fox"},
	{"ada", "q=quick", "report fox"},
	{"ada", "q=quick+", "fox"},
	{"ada", "q=quic+fox", ""},
	{"ada", "q=starl", "star"},
	{"ada", "q=wor", "hello code logic"},
	// Every language.
	{"ada", "q=天气", "weather"},
	{"ada", "q=天", "weather"},
	{"ada", "q=好", "weather"},
	{"ada", "q=今天天气", "weather"},
	{"ada", "q=天天", "weather"},
	{"ada", "q=气天", ""},
	{"ada", "q=東京", "tower"},
	{"ada", "q=京", "tower"},
	{"ada", "q=タワー", "kana tower"},
	{"ada", "q=ﾀﾜｰ", "kana tower"},
	{"ada", "q=た", "tower"},
	{"ada", "q=行きました", "tower"},
	{"ada", "q=한국", "korean"},
	{"ada", "q=검색", "korean"},
	{"ada", "q=국", "korean"},
	{"ada", "q=привет", "russian"},
	{"ada", "q=ежик", "russian"},
	{"ada", "q=ПРИВ", "russian"},
	{"ada", "q=ไทย", "thai"},
	{"ada", "q=שלום", "rtl"},
	{"ada", "q=مرحبا", "rtl"},
	{"ada", "q=🎉", "party"},
	{"ada", "q=👍", "party"},
	// Phrases.
	{"ada", `q="quick+brown"`, "fox"},
	{"ada", `q="brown+quick"`, ""},
	{"ada", `q="two+one+two"`, "repeat"},
	{"ada", `q="two+two"`, ""},
	{"ada", `q=“brown+fox”`, "fox"},
	{"ada", `q="lazy+dog"+quick`, "fox"},
	{"ada", `q="brown+fo"`, ""},
	{"ada", `q="unclosed`, ""},
	{"ada", `q="fox`, "fox"},
	// Operators of databases are words like others.
	{"ada", "q=AND", "wide sharp snake logic"},
	{"ada", "q=NOT+NEAR", "logic"},
	{"ada", "q=fox+OR+report", ""},
	{"ada", "q=fox+-dog", "fox"},
	{"ada", "q=users*", "percent"},
	{"ada", "q=100%25", "percent"},
	{"ada", "q=(fox)", "fox"},
	{"ada", "q=body:fox", ""},
	{"ada", "q=fox'+OR+1%3D1+--", ""},
	{"ada", "q=*", ""},
	{"ada", `q=""`, ""},
	{"ada", "q=NEAR/2", ""},
	// Filters.
	{"ada", "q=from:bob+saffron", "markup reply recipe"},
	{"ada", "q=from:@bob+saffron", "markup reply recipe"},
	{"ada", "q=saffron&from=bob", "markup reply recipe"},
	{"ada", "q=saffron&from=BOB", "markup reply recipe"},
	{"ada", "q=saffron&from=USERID(bob)", "markup reply recipe"},
	{"ada", "q=from:me+saffron", "root between again"},
	{"ada", "q=from:nobody+saffron", ""},
	{"ada", `q="from:ada"`, "filters"},
	{"ada", "q=in:secret+saffron", "again recipe"},
	{"ada", "q=in:%23Secret+saffron", "again recipe"},
	{"ada", `q=in:"big+room"`, "star"},
	{"ada", "q=saffron&room_id=ROOMID(Secret)", "again recipe"},
	{"ada", "q=saffron&room_id=ROOMID(direct)", "between"},
	{"ada", "q=in:nowhere+saffron", ""},
	{"ada", "q=has:link", "star report url mail"},
	{"ada", "q=has:link+report", "report"},
	{"ada", "q=report&has=link", "report"},
	{"ada", "q=has:file", ""},
	{"ada", "q=has:link+saffron", ""},
	{"ada", "q=is:thread", "reply"},
	{"ada", "q=is:thread+saffron", "reply"},
	{"ada", "q=fox+after:TODAY", "fox"},
	{"ada", "q=fox+before:TODAY", ""},
	{"ada", "q=fox+before:TOMORROW+after:TODAY", "fox"},
	{"ada", "q=fox&after=TOMORROW", ""},
	{"ada", "q=fox&before=TOMORROW", "fox"},
	{"ada", "q=from:cyd+in:general", "repeat queue pi"},
	{"ada", "q=before:tomorrow", ""}, // no date: two words
	{"ada", "q=has:nothing", ""},     // no operator: two words
	// Rights: a private room that one left, one that one never saw, somebody else's direct room, an open room.
	{"ada", "q=saffron", "markup reply root between again recipe"},
	{"bob", "q=saffron", "markup reply root"},
	{"bob", "q=in:secret", ""},
	{"bob", "q=from:bob+recipe", ""},
	{"bob", "q=saffron&room_id=ROOMID(Secret)", ""},
	{"cyd", "q=saffron", "markup reply root between"},
	{"eve", "q=saffron", "markup reply root"},
	{"eve", "q=saffron&room_id=ROOMID(direct)", ""},
	{"eve", "q=天气", "weather"},
	{"eve", "q=in:tea+from:ada", "wide url calls turkish hindi viet water korean tower"},
	// More languages, and what people paste.
	{"ada", "q=会議", "meeting"},
	{"ada", "q=議", "meeting"},
	{"ada", "q=コンピュータ", "meeting"},
	{"ada", "q=ｺﾝﾋﾟｭｰﾀｰ", "meeting"},
	{"ada", "q=물", "water"},
	{"ada", "q=회의", "water"},
	{"ada", "q=오늘+취소", "water"},
	{"ada", "q=السلام", "salaam"},
	{"ada", "q=كتاب", "salaam"},
	{"ada", "q=สวัสดี", "thai"},
	{"ada", "q=hop", "viet"},
	{"ada", "q=cam+on+dang", "viet"},
	{"ada", "q=Hường", "viet"},
	{"ada", "q=straße", "german cafe"},
	{"ada", "q=fussganger", "german"},
	{"ada", "q=größer", "german"},
	{"ada", "q=नमस्ते", "hindi"},
	{"ada", "q=οδυσσευς", "greek"},
	{"ada", "q=istanbul", "turkish"},
	{"ada", "q=ISI", "turkish"},
	{"ada", "q=❤", "pictures"},
	{"ada", "q=👨\u200d👩\u200d👧", "pictures"},
	{"ada", "q=🇳🇴", "pictures"},
	{"ada", "q=getuserbyid", "calls"},
	{"ada", "q=get_user", "calls"},
	{"ada", "q=x-%3Ey", "calls url"},
	{"ada", "q=ada.lovelace@example.co.uk", "mail"},
	{"ada", "q=lovelace", "mail"},
	{"ada", "q=localhost:8080", "url"},
	{"ada", "q=http://localhost:8080/a/b-c?q%3D1%26x%3Dy%23top", "url"},
	{"ada", "q=usr/local", "paths"},
	{"ada", "q=v1.26.3", "paths"},
	{"ada", "q=192.168", "paths"},
	{"ada", "q=%231234", "paths"},
	{"ada", "q=abc123", "wide"},
	{"ada", "q=office", "wide"},
	{"ada", "q=ete", "irish"},
	{"ada", "q=O'Brien", "irish"},
	{"ada", `q="in:general"`, ""},
	{"ada", `q="from:ada+to"`, "filters"},
	// The direct room of two by the other one; nobody else's.
	{"ada", "q=in:@cyd+saffron", "between"},
	{"cyd", "q=in:@ada", "between"},
	{"ada", "q=in:@bob", ""},
	{"bob", "q=in:@cyd+saffron", ""},
	// Signs alone find nothing, not everything that a filter lets through.
	{"ada", "q=in:general+€", ""},
	{"ada", "q=---&from=ada", ""},
	{"ada", "q=in:general+€+fox", "fox"},
	// What tells rooms apart inside the index is no word.
	{"ada", "q=zr", ""},
	{"ada", "q=qz", "queue"},
	{"ada", "q=qzo", "queue"},
}

// library is the corpus on a server.
type library struct {
	people   map[string]*testkit.Client
	rooms    map[string]string
	messages map[string]testkit.Message
	keys     map[string]string
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	srv := testkit.Start(t)
	l := &library{people: map[string]*testkit.Client{}, rooms: map[string]string{}, messages: map[string]testkit.Message{}, keys: map[string]string{}}
	for _, name := range []string{"ada", "bob", "cyd", "eve"} {
		l.people[name] = srv.SignUp(name)
	}
	ada, bob, cyd := l.people["ada"], l.people["bob"], l.people["cyd"]
	l.rooms["general"] = ada.General().ID
	l.rooms["Tea"] = ada.CreateRoom("Tea", "open").ID
	l.rooms["Secret"] = ada.CreateRoom("Secret", "private").ID
	l.rooms["Big Room"] = cyd.CreateRoom("Big Room", "open").ID
	l.rooms["direct"] = testkit.DirectOf(ada.OpenDirect(cyd.User.ID)).ID
	bob.Join(l.rooms["Tea"])
	ada.AddMember(l.rooms["Secret"], bob.User.ID)
	for _, s := range corpus {
		var m testkit.Message
		if s.root == "" {
			m = l.people[s.who].Send(l.rooms[s.room], s.key, s.text)
		} else {
			m = l.people[s.who].Reply(l.messages[s.root], s.key, s.text).Message
		}
		l.messages[s.key], l.keys[m.ID] = m, s.key
	}
	bob.Leave(l.rooms["Secret"])
	return l
}

func (l *library) fill(query string) string {
	pairs := []string{"TODAY", time.Now().UTC().Format(time.DateOnly), "TOMORROW", time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly), `"`, "%22", "“", "%E2%80%9C", "”", "%E2%80%9D"}
	for name, id := range l.rooms {
		pairs = append(pairs, "ROOMID("+name+")", id)
	}
	for name, c := range l.people {
		pairs = append(pairs, "USERID("+name+")", c.User.ID)
	}
	return strings.NewReplacer(pairs...).Replace(query)
}

func (l *library) found(page testkit.SearchPage) string {
	var keys []string
	for _, r := range page.Results {
		keys = append(keys, l.keys[r.Message.ID])
	}
	return strings.Join(keys, " ")
}

// newestFirst puts the keys of an expectation in the order in which they were said, so that a row is a set.
func newestFirst(want string) string {
	keys := strings.Fields(want)
	place := func(key string) int { return slices.IndexFunc(corpus, func(s shelved) bool { return s.key == key }) }
	slices.SortFunc(keys, func(a, b string) int { return place(b) - place(a) })
	return strings.Join(keys, " ")
}

func TestSearchFindsWhatTheTableSays(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	for _, c := range searches {
		t.Run(c.as+" "+c.query, func(t *testing.T) {
			page := l.people[c.as].On(t).Search(l.fill(c.query))
			if got, want := l.found(page), newestFirst(c.want); got != want {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}
