package auth

import (
	"encoding/base32"
	"fmt"
	"io"
	"strings"
)

const (
	recoveryCodes = 10
	// recoveryBytes makes a code of 16 characters: with 80 bits to guess, its hash need not be slow.
	recoveryBytes = 10
	recoveryLen   = recoveryBytes * 8 / 5
)

// newRecoveryCodes draws recovery codes as people copy them, in four groups of four letters and digits, with what
// stands in the database for each.
func newRecoveryCodes(random io.Reader) (codes []string, hashes [][]byte, err error) {
	for range recoveryCodes {
		b := make([]byte, recoveryBytes)
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, nil, fmt.Errorf("drawing a recovery code: %w", err)
		}
		plain := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		codes = append(codes, plain[:4]+"-"+plain[4:8]+"-"+plain[8:12]+"-"+plain[12:])
		hashes = append(hashes, hashSecret(plain))
	}
	return codes, hashes, nil
}

// recoveryHash returns the hash of what looks like a recovery code, however it was typed.
func recoveryHash(code string) (hash []byte, ok bool) {
	plain := strings.ToLower(unspaced(code))
	if len(plain) != recoveryLen {
		return nil, false
	}
	return hashSecret(plain), true
}
