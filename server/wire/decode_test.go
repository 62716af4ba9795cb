package wire

import (
	"reflect"
	"testing"
)

// FuzzDecodeCommand holds the quick reading of commands against encoding/json's: where it answers at all, it must answer
// the same.
func FuzzDecodeCommand(f *testing.F) {
	for _, frame := range []string{
		`{"type":"message.send","ref":"1","room_id":"2","client_id":"c","text":"Hello, 世界"}`,
		` { "type" : "message.send" , "text" : "a" , "thread_id" : "7" , "also_in_room" : true } `,
		`{"type":"ping"}x`, `{"type":"ping",}`, `{"type":"ping","type":"typing"}`, `{"Type":"ping"}`, `{}`, `{"also_in_room":falsey}`,
		`{"also_in_room":true}`, `{"also_in_room":"true"}`, `{"text":"a\n"}`, "{\"text\":\"a\nb\"}", "{\"text\":\"\xff\"}", `{"text":"\u00e4"}`, `{"text":null}`, `{"num":1}`, `[`, ``, `{`, `{"type"`, "{\"text\":\"\x7f\"}", `{"type":"hello","rooms":{"1":2}}`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		var quick, full Command
		if !plainCommand(frame, &quick) {
			return
		}
		if err := DecodeStrict(frame, &full); err != nil || !reflect.DeepEqual(quick, full) {
			t.Fatalf("%q: %+v, and by encoding/json %+v (%v)", frame, quick, full, err)
		}
	})
}

func TestAnOrdinarySendIsReadQuickly(t *testing.T) {
	var c Command
	if !plainCommand([]byte(`{"type":"message.send","ref":"1","room_id":"2","client_id":"c-1","text":"Hello, 世界 <b>","also_in_room":false}`), &c) || *c.Text != "Hello, 世界 <b>" {
		t.Errorf("an ordinary command takes the long way: %+v", c)
	}
}
