package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// CheckRecipient says what is wrong with the public key of an age recipient; "" is nobody.
func CheckRecipient(recipient string) error {
	if recipient == "" {
		return nil
	}
	_, err := recipients(recipient)
	return err
}

var errRecipient = errors.New("this is no age recipient: it is one word that begins with age1, which age-keygen prints as the public key")

func recipients(recipient string) ([]age.Recipient, error) {
	if strings.ContainsAny(recipient, " \t\r\n#") {
		return nil, errRecipient
	}
	found, err := age.ParseRecipients(strings.NewReader(recipient))
	if err != nil || len(found) != 1 {
		return nil, errRecipient // what age says may hold the word, and that may be a secret key by mistake
	}
	return found, nil
}

// seal encrypts a file, and reads what it wrote again.
func seal(from, to, recipient string) error {
	whom, err := recipients(recipient)
	if err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() // only read
	out, err := create(to)
	if err != nil {
		return err
	}
	written := sha256.New()
	err = encrypt(io.MultiWriter(out, written), in, whom)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	again, err := os.Open(to)
	if err != nil {
		return err
	}
	defer again.Close() // only read
	read := sha256.New()
	if _, err := io.Copy(read, again); err != nil {
		return err
	}
	if !bytes.Equal(read.Sum(nil), written.Sum(nil)) {
		return errors.New("what was written is not what is read: the disk is bad")
	}
	return nil
}

func encrypt(w io.Writer, r io.Reader, to []age.Recipient) error {
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	if _, err := io.Copy(sealed, r); err != nil {
		return err
	}
	return sealed.Close()
}

func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// ageIntro is what a sealed file begins with (age-encryption.org/v1).
const ageIntro = "age-encryption.org/"

// maxKeys is the most of a file of keys that is read, in bytes.
const maxKeys = 1 << 20

// Open puts the content of a copy into a new file (mode 0600), decrypted with the keys in the file identity if it is sealed.
// Each error is a sentence for whoever named the files.
func Open(path, identity, to string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("the copy %s cannot be read: %w", path, err)
	}
	defer f.Close() // only read
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file: name a copy that ogpbot backup made", path)
	}
	in := bufio.NewReader(f)
	var from io.Reader = in
	intro, _ := in.Peek(len(ageIntro)) // a shorter file has none
	if sealed := string(intro) == ageIntro; sealed && identity == "" {
		return fmt.Errorf("the copy %s is encrypted: name the file of its key with --identity", path)
	} else if sealed {
		if from, err = open(in, path, identity); err != nil {
			return err
		}
	}
	out, err := create(to)
	if err != nil {
		return fmt.Errorf("the copy cannot be unpacked: %w", err)
	}
	if _, err := io.Copy(target{out}, from); err != nil {
		_ = out.Close() // the first error says it
		if errors.As(err, new(*writeError)) {
			return fmt.Errorf("the copy cannot be unpacked: make room on the disk: %w", err)
		}
		return fmt.Errorf("the copy %s is damaged and was not restored: take another one", path)
	}
	return errors.Join(out.Sync(), out.Close())
}

func open(in io.Reader, path, identity string) (io.Reader, error) {
	keys, err := os.Open(identity)
	if err != nil {
		return nil, fmt.Errorf("the file of the key cannot be read: %w", err)
	}
	defer keys.Close() // only read
	identities, err := age.ParseIdentities(io.LimitReader(keys, maxKeys))
	if err != nil { // which may hold a part of the key
		return nil, fmt.Errorf("%s is no file of age keys: it has a line that begins with AGE-SECRET-KEY-", identity)
	}
	from, err := age.Decrypt(in, identities...)
	if errors.As(err, new(*age.NoIdentityMatchError)) {
		return nil, fmt.Errorf("the copy %s is encrypted for another key than the one in %s", path, identity)
	}
	if err != nil {
		return nil, fmt.Errorf("the copy %s is damaged and was not restored: take another one", path)
	}
	return from, nil
}

// target tells errors of writing from those of reading.
type target struct{ w io.Writer }

type writeError struct{ error }

func (e *writeError) Unwrap() error { return e.error }

func (t target) Write(b []byte) (int, error) {
	n, err := t.w.Write(b)
	if err != nil {
		err = &writeError{err}
	}
	return n, err
}
