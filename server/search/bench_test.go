package search

import (
	"strings"
	"testing"
)

func benchmarkIndex(b *testing.B, text string) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Index(text)
	}
}

const sentence = "The quick brown fox jumps over the lazy dog, then asks: is it 10:30 yet, or just five minutes past? No."

func BenchmarkIndexASCII(b *testing.B) { benchmarkIndex(b, sentence) }

func BenchmarkIndexGerman(b *testing.B) {
	benchmarkIndex(b, "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich, und Ärger gibt es später übermäßig.")
}

func BenchmarkIndexRussian(b *testing.B) {
	benchmarkIndex(b, "Съешь же ещё этих мягких французских булок, да выпей чаю")
}

func BenchmarkIndexChinese(b *testing.B) {
	benchmarkIndex(b, "今天天气很好，我们下午去公园走走，然后一起吃饭吧。")
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse(`from:ada in:general has:link "a phrase" straße 天气 wor`)
	}
}

func BenchmarkSnippet(b *testing.B) {
	text := strings.Repeat(sentence+" ", 5) + "Here is the word. " + strings.Repeat(sentence+" ", 5)
	q := Parse("word here")
	b.ReportAllocs()
	for b.Loop() {
		Snippet(text, q, 160)
	}
}
