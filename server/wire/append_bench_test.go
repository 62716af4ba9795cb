package wire

import "testing"

func benchMessage(text, html string) *Message {
	return &Message{
		ID: 7215346891776, RoomID: 7215346891001, Seq: 123456, Num: 120000, ClientID: "0192f1c4-7b1e-7cc0-a5f0-4d2f9c1be001",
		Sender: Person{ID: "7215346890001", Username: "ada", DisplayName: "Ada Lovelace"}, Text: text, HTML: html, CreatedAt: 1790000000123,
	}
}

func benchmarkEvent(b *testing.B, m *Message) {
	e := &Event{Type: MessageCreated, RoomID: m.RoomID, Seq: m.Seq, Message: m}
	buf := make([]byte, 0, 4096)
	b.SetBytes(int64(len(e.AppendJSON(nil))))
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendJSON(buf[:0])
	}
}

const benchText = "The quick brown fox jumps over the lazy dog, then asks: is it 10:30 yet, or just five minutes past? No."

func BenchmarkEncodeMessageCreated(b *testing.B) { benchmarkEvent(b, benchMessage(benchText, "")) }

func BenchmarkEncodeMessageCreatedInChinese(b *testing.B) {
	benchmarkEvent(b, benchMessage("今天天气很好，我们下午去公园走走，然后一起吃饭吧。", ""))
}

func BenchmarkEncodeMessageCreatedWithMarkup(b *testing.B) {
	benchmarkEvent(b, benchMessage("**"+benchText+"**", "<p><strong>"+benchText+"</strong></p>"))
}

func BenchmarkDecodeSend(b *testing.B) {
	frame := []byte(`{"type":"message.send","ref":"17","room_id":"7215346891001","client_id":"0192f1c4-7b1e","text":"` + benchText + `"}`)
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeCommand(frame); err != nil {
			b.Fatal(err)
		}
	}
}
