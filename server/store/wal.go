package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// The shape of a write-ahead log (https://www.sqlite.org/fileformat2.html, section 4).
const (
	walHeader      = 32
	walFrameHeader = 24
	walMagic       = 0x377f0682 // its last bit says that checksums are big-endian
)

// checkLog returns an error where the write-ahead log is damaged in its middle. SQLite stops reading at the first frame
// whose checksum is wrong and says nothing, which is right for the last transaction, torn by a crash before it was
// answered, and wrong for what stands behind it: each transaction begins only when the one before is on the disk, so
// transactions behind a broken one were acknowledged, and would be gone without a word.
func checkLog(path string) error {
	b, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer b.Close()
	l := walLog{in: b}
	at, lost, err := l.damage()
	if err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	if lost == 0 {
		return nil
	}
	return fmt.Errorf("%s is damaged at byte %d, and %d transactions behind it cannot be read; restore a backup, or move that file away to go on without them", path, at, lost)
}

type walLog struct {
	in    io.ReaderAt
	order binary.ByteOrder
	page  int64
	salt  [8]byte
}

// damage returns where the log is broken and how many transactions stand behind that place.
func (l *walLog) damage() (at int64, lost int, err error) {
	head := make([]byte, walHeader)
	if n, err := l.in.ReadAt(head, 0); n < walHeader {
		return 0, 0, notEOF(err) // nothing was written behind it yet
	}
	magic := binary.BigEndian.Uint32(head)
	l.order = binary.LittleEndian
	if magic&1 == 1 {
		l.order = binary.BigEndian
	}
	l.page = int64(binary.BigEndian.Uint32(head[8:]))
	copy(l.salt[:], head[16:24])
	sum := l.sum([2]uint32{}, head[:24])
	sound := magic&^1 == walMagic && l.page >= 512 && l.page <= 1<<16 && sum == stored(head[24:])
	if !sound {
		frame := make([]byte, walFrameHeader+512)
		if n, err := l.in.ReadAt(frame, walHeader); n < len(frame) {
			return 0, 0, notEOF(err)
		}
		return 0, 1, nil // there are frames, and no way to read them
	}
	return l.walk(sum)
}

// walk follows the chain of checksums to its first break, and from there on from frame to frame.
func (l *walLog) walk(sum [2]uint32) (at int64, lost int, err error) {
	frame := make([]byte, walFrameHeader+l.page)
	ended := false // behind the break a transaction was seen to end
	for pos := int64(walHeader); ; pos += int64(len(frame)) {
		if n, err := l.in.ReadAt(frame, pos); n < len(frame) {
			return at, lost, notEOF(err)
		}
		sum = l.sum(l.sum(sum, frame[:8]), frame[walFrameHeader:])
		whole := [8]byte(frame[8:16]) == l.salt && sum == stored(frame[16:])
		switch {
		case !whole && at == 0:
			at = pos
		case whole && at != 0:
			if ended {
				lost++ // another transaction began after that one, so that one was on the disk
			}
			ended = binary.BigEndian.Uint32(frame[4:]) != 0
		}
		sum = stored(frame[16:]) // of a broken frame the chain may still go on
	}
}

// sum goes on with the checksum of section 4.2.
func (l *walLog) sum(s [2]uint32, b []byte) [2]uint32 {
	for i := 0; i+8 <= len(b); i += 8 {
		s[0] += l.order.Uint32(b[i:]) + s[1]
		s[1] += l.order.Uint32(b[i+4:]) + s[0]
	}
	return s
}

func stored(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
