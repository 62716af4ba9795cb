package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/tests/testkit"
)

// behaviour is one thing a person should feel at the screen, and what shows that he does.
type behaviour struct {
	line  int
	says  string
	tests []string // names of Go tests in this folder, titles of tests in static/js, all of which hold it together
	open  string   // why it does not hold yet; "" where it does
}

// shownBy is the tests of a behaviour.
func shownBy(names ...string) []string { return names }

// firstRelease is what the first release of the web client does. Each line is held by tests that fail without it, or
// says why it is open.
func firstRelease() []behaviour {
	return []behaviour{
		// The composer.
		{1, "Enter sends, Shift+Enter makes a line, Ctrl or Cmd+Enter always sends; on touch the button sends", shownBy("Enter sends, Shift+Enter makes a line, Ctrl+Enter always sends", "TestTheComposerSendsByEnterGrowsAndHasTheFocus"), ""},
		{2, "while an input method is composing, Enter never sends, in any box", shownBy("the Enter of an input method never sends, also where only keyCode tells", "TestAnInputMethodIsNeverInterrupted"), ""},
		{3, "the composer grows to 40 % of the height, then scrolls", shownBy("TestTheComposerSendsByEnterGrowsAndHasTheFocus"), ""},
		{4, "the composer has the focus when a room opens, typing anywhere focuses it, no key alone is a shortcut", shownBy("TestTheComposerSendsByEnterGrowsAndHasTheFocus"), ""},
		{5, "a message goes to the room that was open at the keypress", shownBy("TestAMessageGoesWhereItWasTypedAndDraftsStay"), ""},
		{6, "a draft for each room and thread survives a reload, and the sidebar shows it", shownBy("TestAMessageGoesWhereItWasTypedAndDraftsStay"), ""},
		{7, "the row stands there at once and becomes the real one", shownBy("TestTheOptimisticRowBecomesTheRealOne", "TestAMessageGoesWhereItWasTypedAndDraftsStay"), ""},
		{8, "a failed row offers Retry, Edit, Delete, and no text is lost", shownBy("a refused message stays, says why, and waits again after a retry at its old place", "TestWhatIsNotSentYetIsNeverLost"), ""},
		{9, "the composer works offline; what was sent goes out in order, and survives closing the tab", shownBy("TestWhatIsNotSentYetIsNeverLost"), ""},
		{10, "Up in an empty box edits the last message in place; a failed edit keeps the text", shownBy("TestEditingCompletingAndPasting", "TestTwoPeopleConverseByKeyboardAlone"), ""},
		{11, "pasting, dropping and picking files, with preview and caption", nil, "it waits for uploads"},
		{12, "progress, cancel and retry for each file", nil, "it waits for uploads"},
		{13, "@ completes names, members first, with the keys and the ARIA of a combobox", shownBy("members of the room come first, then the best match", "TestTwoPeopleHaveAThreadReactMentionEditDeleteAndSearch", "TestEditingCompletingAndPasting"), ""},
		{15, "pasting an address over a selection makes a link", shownBy("a web address over selected words becomes a link on them", "TestEditingCompletingAndPasting"), ""},

		// The timeline.
		{17, "rows of one author within five minutes share a heading; times are <time> with the full date", shownBy("rows of one author within five minutes share a heading", "TestALongTimelineInTheBrowser"), ""},
		{18, "days are separated in local time", shownBy("a new day draws a line and starts a heading", "TestALongTimelineInTheBrowser"), ""},
		{19, "the New line stands where unread began, and stays while reading", shownBy("the New line stands where unread began when the room is opened, and stays while reading", "TestALongTimelineInTheBrowser"), ""},
		{20, "a room opens at the first unread message, else at the end, else where it was left", shownBy("TestALongTimelineInTheBrowser", "TestComingBackToARoomFindsThePlaceThatWasLeft"), ""},
		{21, "the end stays in view within 100 px of it; else a pill says how many are new", shownBy("TestALongTimelineInTheBrowser"), ""},
		{22, "history that comes in above moves the line being read by 1 px at most", shownBy("TestALongTimelineInTheBrowser"), ""},
		{23, "nothing jumps: the cumulative layout shift is 0", shownBy("TestALongTimelineInTheBrowser"), ""},
		{24, "a permalink opens around its message and pages both ways; Back works", shownBy("TestALongTimelineInTheBrowser"), ""},
		{25, "pages are asked for by seq", shownBy("TestHistoryPagesBothWaysAndAround"), ""},
		{26, "after a reconnect the gap closes fully, edits and deletions too", shownBy("TestAClientsStateEqualsAFreshLoadAfterEveryCut", "TestARestartUnderAnOpenPageCostsNothing", "TestAGapClosesWhereverTheReaderIs"), ""},
		{27, "about 300 rows stand in the page at most", shownBy("live messages slide the window and what falls off can be paged in again", "paging back beyond the window lets the newest rows go", "TestALongTimelineInTheBrowser"), ""},
		{28, "hover and focus show actions, a long press opens a sheet", shownBy("TestAMessageShowsWhatCanBeDoneWithIt"), ""},
		{29, "copied text says who, when and what; code has a copy button", shownBy("TestRowsFoldAndAreCopiedAsTheyAreRead"), ""},
		{31, "a deletion leaves a stub, an edit says so and shows its history", shownBy("TestTwoPeopleHaveAThreadReactMentionEditDeleteAndSearch", "TestRowsFoldAndAreCopiedAsTheyAreRead"), ""},
		{32, "long messages fold at about 20 lines", shownBy("TestRowsFoldAndAreCopiedAsTheyAreRead"), ""},

		// The sidebar and moving about.
		{33, "unread is bold, a mention or a direct message is a number", shownBy("a number stands where I was called: mentions, and every message of a direct room", "TestTheSidebarAndMovingAbout"), ""},
		{34, "favourites first, rooms from A to Z, direct rooms by the latest", shownBy("favourites first, rooms from A to Z, direct rooms by the latest", "TestTheSidebarAndMovingAbout"), ""},
		{35, "Ctrl or Cmd+K opens the jump box within 50 ms", shownBy("TestTheSidebarAndMovingAbout", "TestAThousandRoomsInTheSidebar"), ""},
		{36, "Alt and arrows walk rooms, Escape marks read, Shift+Escape all of them with undo", shownBy("Alt and arrows walk all rooms round, with Shift only the unread", "TestTheSidebarAndMovingAbout", "TestAllRoomsAreMarkedReadWithUndo"), ""},
		{38, "muted rooms are grey and still count mentions; each room has its own level", shownBy("TestTheSidebarAndMovingAbout"), ""},
		{39, "a message and all after it can be marked unread; other tabs follow within a second", shownBy("marking unread from a message puts the line before it", "TestReadMarksFollowAPersonToEveryConnection", "TestTheSidebarAndMovingAbout"), ""},
		{40, "switching to a cached room takes 100 ms at most; every room has an address", shownBy("TestTheSidebarAndMovingAbout"), ""},

		// Presence, notifications, search.
		{42, "who is typing stands in a line of its own, three names at most, six seconds", shownBy("a typist is gone with his message, and after six seconds", "TestWhoIsHereAndWhoIsTyping"), ""},
		{43, "title and icon count mentions and direct messages", shownBy("TestTheSidebarAndMovingAbout"), ""},
		{44, "permission to notify is asked for after a click, never on load", shownBy("TestNoticesComeForWhatCallsAndGoWhenItIsRead"), ""},
		{45, "one notification a room, closed when it is read elsewhere; a click focuses the open tab", shownBy("TestNoticesComeForWhatCallsAndGoWhenItIsRead", "a notice comes for mentions, direct messages and rooms that were chosen, never from muted ones"), ""},
		{47, "search with filters, in every script, paged, in context", shownBy("TestSearchFindsWhatTheTableSays", "TestSearchPagesByCursor", "TestTwoPeopleHaveAThreadReactMentionEditDeleteAndSearch", "TestWhatIsFoundOpensInItsPlace"), ""},

		// The connection and errors.
		{48, "two quiet seconds, then a slim banner with the time to the next try; at once when the network is back", shownBy("a server that is away is asked less and less often", "hurry ends a wait at once", "TestALostConnectionIsSaidLateAndEndsAtOnce"), ""},
		{49, "a restart of the server costs no reload and no text", shownBy("TestARestartUnderAnOpenPageCostsNothing"), ""},
		{50, "a session that ended is signed in again over the page, and the draft stays", shownBy("TestASessionThatEndedIsSignedInAgainOverThePage"), ""},
		{51, "an error stands beside its field; toasts are for what can be undone; alert() is never called", shownBy("TestAnErrorStandsBesideItsField", "TestNoScriptCallsAlert"), ""},
		{52, "bones only after 300 ms; what is there is never blanked", shownBy("TestBonesComeLateAndNothingIsBlanked"), ""},
		{53, "where WebSocket is blocked, long polling carries, and the connection page says so", shownBy("TestTheChatGoesOnWithoutWebSocket"), ""},

		// Accessibility.
		{54, "the timeline is a polite log: history is silent, live rows are read author first", shownBy("TestTheTimelineIsReadOutAsItShouldBe"), ""},
		{55, "landmarks, a skip link, F6 between regions; messages are one tab stop walked with arrows", shownBy("TestTheKeyboardAloneDoesEverything"), ""},
		{56, "dialogs hold the focus and give it back; a row that changes never loses it", shownBy("TestTheKeyboardAloneDoesEverything"), ""},
		{57, "44 px on touch, 200 % zoom, 320 px, forced colours, reduced motion", shownBy("TestEverythingFitsIntoANarrowWindow", "TestNothingIsWrongOnAnyPage"), ""},
		{58, "axe (WCAG 2.2 AA) finds nothing on any page, in both themes, on desktop and phone", shownBy("TestNothingIsWrongOnAnyPage"), ""},

		// The phone.
		{59, "list and room are pages with Back; safe areas, dynamic height, 16 px in boxes", shownBy("TestThePhoneHasPagesAndGoesBack"), ""},
		{60, "a manifest, a maskable icon and a service worker for the shell", shownBy("TestTheProgramCanBeInstalled", "TestTheLastRoomsAreReadableOffline"), ""},

		// The first run, settings, languages.
		{62, "the first visit makes the owner and is locked from then on", shownBy("TestAFirstRunEndsWithTwoPeopleTalking", "TestTheFirstAccountNeedsTheTerminalsCodeWhereStrangersReachTheServer"), ""},
		{63, "an invite link with QR, expiry and revocation; empty places say the next step", shownBy("TestInvitingAndJoiningWorkWithoutScripts", "TestAnInvitationEndsByTimeAndByBeingWithdrawn", "TestEmptyPlacesSayTheNextStep"), ""},
		{64, "settings save themselves; sessions can be ended", shownBy("TestSettingsSaveThemselves", "TestSettingsAreFormsWithoutJavaScript", "TestSessionsAreListedAndEndedOneByOne"), ""},
		{65, "administration: people, rooms, invites, who may sign up, storage, version", shownBy("TestTheOwnerLooksAfterTheServerInABrowser", "TestAccountsAreLookedAfterInTheBrowser", "TestRulesHoldFromTheMomentTheyAreSaved", "TestRoomsAreArchivedWithoutTellingOfPrivateOnes"), ""},
		{66, "English and Chinese from one catalogue, Intl, logical CSS, text in its own direction, right to left", shownBy("TestEveryPageSpeaksChineseToWhoReadsIt", "TestRightToLeftTurnsThePageRound", "TestStylesNameNoSideOfTheScreen"), ""},
	}
}

// soonAfter is what comes next and holds already where it is not open.
func soonAfter() []behaviour {
	return []behaviour{
		{14, "a colon completes emoji", shownBy("TestEditingCompletingAndPasting"), ""},
		{16, "a warning before more than 10 people are notified", shownBy("TestEditingCompletingAndPasting"), ""},
		{30, "reactions are toggle buttons with names", shownBy("TestTwoPeopleHaveAThreadReactMentionEditDeleteAndSearch"), ""},
		{37, "sections fold, and unread rooms still show", shownBy("TestTheSidebarAndMovingAbout"), ""},
		{41, "who is here is told by sockets, in shape and colour", shownBy("TestWhoIsHereAndWhoIsTyping"), ""},
		{46, "threads in a right pane, counted on their root, with an inbox of their own", shownBy("TestTwoPeopleHaveAThreadReactMentionEditDeleteAndSearch", "TestTwoPeopleConverseByKeyboardAlone", "TestTheRootShowsWhoRepliedLast", "TestAMessageGoesWhereItWasTypedAndDraftsStay"), ""},
		{61, "the last rooms can be read offline", shownBy("TestTheLastRoomsAreReadableOffline"), ""},
	}
}

// TestEveryBehaviourNamesTheTestsThatHoldIt keeps the tables honest: what they name is there, and nothing is left out.
func TestEveryBehaviourNamesTheTestsThatHoldIt(t *testing.T) {
	t.Parallel()
	known := namesOfTests(t)
	first, later := firstRelease(), soonAfter()
	lines := map[int]bool{}
	for _, b := range slices.Concat(first, later) {
		if lines[b.line] {
			t.Errorf("line %d stands twice in the tables", b.line)
		}
		lines[b.line] = true
		if len(b.tests) == 0 && b.open == "" {
			t.Errorf("line %d (%s) names no test and no reason", b.line, b.says)
		}
		for _, name := range b.tests {
			if !known[name] {
				t.Errorf("line %d (%s) names %q, and there is no such test", b.line, b.says, name)
			}
		}
	}
	for line := 1; line <= 66; line++ {
		if !lines[line] {
			t.Errorf("line %d stands in no table", line)
		}
	}
	t.Logf("the first release: %d of %d", held(t, first), len(first))
	t.Logf("soon after: %d of %d", held(t, later), len(later))
}

func held(t *testing.T, table []behaviour) int {
	n := 0
	for _, b := range table {
		if b.open == "" {
			n++
		} else {
			t.Logf("open: %d, %s: %s", b.line, b.says, b.open)
		}
	}
	return n
}

var javaScriptTest = regexp.MustCompile(`(?m)^\s*test\('((?:[^'\\]|\\.)*)'`)

// namesOfTests is every Go test of this folder and every test of the browser's code.
func namesOfTests(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(testkit.Root(), "tests", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				names[f.Name.Name] = true
			}
		}
	}
	for _, file := range javaScriptTests(t, filepath.Join(testkit.Root(), "static", "js")) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range javaScriptTest.FindAllStringSubmatch(string(source), -1) {
			names[m[1]] = true
		}
	}
	return names
}
