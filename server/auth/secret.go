package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

const (
	secretBytes = 32
	// TokenPrefix begins every API token, so that people and secret scanners know one when they see it.
	TokenPrefix = "parley_"
)

// newSecret draws 32 random bytes in base64url: a session's or a token's, or an invitation's code. No hash needs to be
// slow where there are 256 bits to guess, so SHA-256 is what is stored.
func newSecret(random io.Reader) (string, error) {
	b := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("drawing a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// secretLen is the length of what newSecret returns; anything else is not worth a look into the database.
const secretLen = (secretBytes*8 + 5) / 6

// hashSecret is what stands in the database for a secret.
func hashSecret(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// unspaced is a code without what people add or leave out when they copy it: what parts it into groups.
func unspaced(code string) string { return strings.NewReplacer("-", "", " ", "").Replace(code) }
