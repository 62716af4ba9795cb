package markup

import (
	"strings"
	"testing"
)

const sentence = "The quick brown fox jumps over the lazy dog, then asks: is it 10:30 yet, or just five minutes past? No."

func benchmarkRender(b *testing.B, text string) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Render(text, team)
	}
}

// What most messages are: 100 bytes without markup.
func BenchmarkPlainText(b *testing.B) { benchmarkRender(b, sentence) }

func BenchmarkPlainTextInChinese(b *testing.B) {
	benchmarkRender(b, strings.Repeat("今天天气很好", 17))
}

func BenchmarkMention(b *testing.B) { benchmarkRender(b, "@ada "+sentence) }

func BenchmarkMarkdown(b *testing.B) {
	benchmarkRender(b, "**Note** for `everybody`: see [the page](https://example.org/page), _soon_.\n- one\n- two, @ada\n")
}

func BenchmarkLoneStarThatTheParserClears(b *testing.B) { benchmarkRender(b, "*"+sentence+"*x") }

func BenchmarkCode(b *testing.B) {
	benchmarkRender(b, "```go\nfunc main() {\n\tfmt.Println(\"hello\", 42) // say it\n}\n```")
}

func BenchmarkPlainPreview(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Plain("**Note** " + sentence)
	}
}
