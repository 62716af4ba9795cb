package markup

import (
	"regexp"
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
)

const (
	// maxHighlight is how many bytes of code one message has coloured: chroma takes 0.3 to 7 us a byte.
	maxHighlight = 6 << 10

	// blockCost is what a block costs besides its bytes, in bytes: 10 us for each of a thousand fences.
	blockCost = 64

	// maxColouring is the time for all code of a message, far above what 6 KiB take; the block in which it runs out stays
	// plain. It guards against a lexer that backtracks without end, and decides nothing on any ordinary text.
	maxColouring = 40 * time.Millisecond
)

// languages are the words after ``` that are understood, with the lexer each means. Not all of chroma's
// 270: a lexer keeps 100 KiB once it was used, and each is a set of patterns to trust with a stranger's text.
var languages = map[string]string{
	"bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "console": "bash",
	"c": "c", "h": "c", "cpp": "c++", "c++": "c++", "cc": "c++", "hpp": "c++",
	"cs": "c#", "csharp": "c#", "c#": "c#", "css": "css", "scss": "scss", "dart": "dart",
	"diff": "diff", "patch": "diff", "docker": "docker", "dockerfile": "docker",
	"elixir": "elixir", "ex": "elixir", "go": "go", "golang": "go", "graphql": "graphql",
	"haskell": "haskell", "hs": "haskell", "html": "html", "ini": "ini", "java": "java",
	"javascript": "javascript", "js": "javascript", "jsx": "javascript", "mjs": "javascript",
	"json": "json", "jsonc": "json", "kotlin": "kotlin", "kt": "kotlin", "lua": "lua",
	"make": "makefile", "makefile": "makefile", "nginx": "nginx configuration file",
	"perl": "perl", "pl": "perl", "php": "php", "powershell": "powershell", "ps1": "powershell",
	"proto": "protocol buffer", "protobuf": "protocol buffer", "py": "python", "python": "python", "python3": "python",
	"r": "r", "rb": "ruby", "ruby": "ruby", "rs": "rust", "rust": "rust", "scala": "scala",
	"sql": "sql", "swift": "swift", "terraform": "terraform", "hcl": "terraform", "tf": "terraform", "toml": "toml",
	"ts": "typescript", "tsx": "typescript", "typescript": "typescript", "vue": "vue", "svelte": "html",
	"xml": "xml", "svg": "xml", "yaml": "yaml", "yml": "yaml", "zig": "zig",
	"markdown": "", "md": "", "text": "", "txt": "", "plain": "", "plaintext": "", "log": "", "mermaid": "", "csv": "",
}

var languageClass = regexp.MustCompile(`^[a-z0-9+#]{1,16}$`)

// fence writes a fenced block. Words after the fence that name no language are the first line of the
// code: in a chat people begin to type right there, and what was typed must be seen.
func (w *writer) fence(n *ast.FencedCodeBlock) {
	w.code(fenceParts(n, w.source))
}

func fenceParts(n *ast.FencedCodeBlock, source string) (tag, code string) {
	code = string(n.Lines().Value([]byte(source)))
	if n.Info == nil {
		return "", code
	}
	info := string(n.Info.Segment.Value([]byte(source)))
	tag = strings.ToLower(strings.TrimSpace(info))
	if _, known := languages[tag]; known {
		return tag, code
	}
	return "", info + "\n" + code
}

func (w *writer) linesOf(n ast.Node) string {
	return string(n.Lines().Value([]byte(w.source)))
}

// code writes a block of code, coloured by class where the language is known and the block is small.
func (w *writer) code(tag, code string) {
	w.marked = true
	code = strings.TrimSuffix(code, "\n")
	if languageClass.MatchString(tag) {
		w.raw(`<pre><code class="language-`, tag, `">`)
	} else {
		w.raw("<pre><code>")
	}
	start := len(w.dst)
	if !w.coloured(tag, code) {
		w.dst = w.dst[:start]
		w.escaped(code)
	}
	w.raw("</code></pre>")
}

func (w *writer) coloured(tag, code string) bool {
	w.spent += len(code) + blockCost
	if languages[tag] == "" || code == "" || w.spent > maxHighlight {
		return false
	}
	lexer := lexers.Get(languages[tag])
	if lexer == nil {
		return false
	}
	// A lexer compiles its patterns at its first use, once for the process: that is nobody's message.
	if _, err := lexer.Tokenise(nil, ""); err != nil {
		return false
	}
	if w.deadline.IsZero() {
		w.deadline = time.Now().Add(maxColouring)
	}
	if time.Now().After(w.deadline) {
		return false
	}
	next, err := lexer.Tokenise(nil, code)
	if err != nil {
		return false
	}
	rest, class := code, ""
	for token := next(); token != chroma.EOF; token = next() {
		value := token.Value
		if len(value) > len(rest) { // a lexer may end the code with a newline of its own
			value = strings.TrimSuffix(value, "\n")
		}
		if !strings.HasPrefix(rest, value) || time.Now().After(w.deadline) {
			return false
		}
		rest = rest[len(value):]
		class = w.token(class, tokenClass(token.Type), value)
	}
	w.token(class, "", "")
	return rest == ""
}

// token writes a piece of code; neighbours of one class share one span. It returns the open class.
func (w *writer) token(open, class, value string) string {
	if open != class && strings.TrimSpace(value) == "" && class == "" && value != "" {
		class = open // white space between two words of a kind costs no span
	}
	if open != class {
		if open != "" {
			w.close("span")
		}
		if class != "" {
			w.raw(`<span class="hl-`, class, `">`)
		}
	}
	w.escaped(value)
	return class
}

// tokenClass folds chroma's 90 token types into the few that a reader tells apart.
func tokenClass(t chroma.TokenType) string {
	switch t {
	case chroma.KeywordType, chroma.NameClass, chroma.NameTag, chroma.NameException:
		return "t"
	case chroma.NameFunction, chroma.NameFunctionMagic, chroma.NameBuiltin:
		return "f"
	case chroma.NameAttribute, chroma.NameDecorator, chroma.NameProperty, chroma.NameVariable:
		return "a"
	case chroma.OperatorWord, chroma.GenericHeading, chroma.GenericSubheading:
		return "k"
	case chroma.GenericInserted:
		return "i"
	case chroma.GenericDeleted:
		return "d"
	}
	switch {
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber):
		return "n"
	}
	return ""
}
