package staff

import (
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // the list of common passwords
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

const (
	minPassword = 12   // characters
	maxPassword = 1024 // bytes

	// What cheatsheetseries.owasp.org asks of argon2id at least (Password Storage Cheat Sheet).
	hashMemory    = 19 << 10 // KiB
	hashPasses    = 2
	hashThreads   = 1
	saltSize      = 16
	keySize       = 32
	hashesAtATime = 2
)

// Why a password is not taken.
var (
	ErrPasswordShort  = errors.New("the password has fewer than 12 characters")
	ErrPasswordLong   = errors.New("the password is too long")
	ErrPasswordCommon = errors.New("the password is one of those that are tried first")
)

// commonText are passwords and words that are tried first, a line each: the most frequent of github.com/dropbox/zxcvbn (MIT),
// and some of this country.
//
//go:embed common.txt
var commonText string

// checkPassword finds out why an account may not have this password.
func checkPassword(login, password string) error {
	switch {
	case len(password) > maxPassword || !utf8.ValidString(password):
		return ErrPasswordLong
	case utf8.RuneCountInString(password) < minPassword:
		return ErrPasswordShort
	case isCommon(login, strings.ToLower(password)):
		return ErrPasswordCommon
	}
	return nil
}

// isCommon also knows a common word that is repeated, or put between digits and signs, and rows of neighbours.
func isCommon(login, p string) bool {
	core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	words := []string{p, core, once(p), once(core)}
	if core == "" || once(core) == login || isRow(p) || isRow(core) || len(once(p)) < 5 {
		return true
	}
	for line := range strings.Lines(commonText) {
		if slices.Contains(words, strings.TrimSpace(line)) {
			return true
		}
	}
	return false
}

// once is what p repeats, or p.
func once(p string) string {
	for n := 1; n <= len(p)/2; n++ {
		if len(p)%n == 0 && strings.Repeat(p[:n], len(p)/n) == p {
			return p[:n]
		}
	}
	return p
}

// isRow tells whether each sign follows the one before, as in 3456 or fedc.
func isRow(p string) bool {
	up, down := true, true
	signs := []rune(p)
	for i := 1; i < len(signs); i++ {
		up, down = up && signs[i] == signs[i-1]+1, down && signs[i] == signs[i-1]-1
	}
	return up || down
}

// hash is password as it is kept: in the form of the argon2 reference implementation.
func (s *Service) hash(password string) string {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // it never fails (go doc crypto/rand.Read)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(s.key(password, salt, hashPasses, hashMemory, hashThreads)))
}

// key derives one; only so many at a time, since each takes its memory.
func (s *Service) key(password string, salt []byte, passes, memory uint32, threads uint8) []byte {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return argon2.IDKey([]byte(password), salt, passes, memory, threads, keySize)
}

// matches tells whether password is the one that was hashed. It takes as long for hash "", which nothing matches.
func (s *Service) matches(hash, password string) bool {
	var version int
	var passes, memory uint32
	var threads uint8
	var salt, want []byte
	known := false
	if parts := strings.Split(hash, "$"); len(parts) == 6 && parts[1] == "argon2id" {
		_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
		_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads)
		var err3, err4 error
		salt, err3 = base64.RawStdEncoding.DecodeString(parts[4])
		want, err4 = base64.RawStdEncoding.DecodeString(parts[5])
		known = errors.Join(err1, err2, err3, err4) == nil && version == argon2.Version && passes > 0 && threads > 0
	}
	if !known {
		salt, want, passes, memory, threads = make([]byte, saltSize), make([]byte, keySize), hashPasses, hashMemory, hashThreads
	}
	if len(password) > maxPassword {
		password = password[:maxPassword+1] // no password is that long
	}
	return subtle.ConstantTimeCompare(s.key(password, salt, passes, memory, threads), want) == 1 && known
}
