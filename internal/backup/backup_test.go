package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

// writing produces a file with such a content.
func writing(content string) func(string) (string, error) {
	return func(folder string) (string, error) {
		made := filepath.Join(folder, "made")
		return made, os.WriteFile(made, []byte(content), 0o644)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "copy")
	for _, words := range []string{"first", "second"} {
		if err := Write(path, "", writing(words)); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != words {
			t.Errorf("%q, want %q", got, words)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"copy"}) {
		t.Errorf("in the folder: %q", got)
	}
}

// What fails leaves the file that was there, and nothing else.
func TestWriteThatFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "copy")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no room")
	err := Write(path, "", func(folder string) (string, error) {
		if info, err := os.Stat(folder); err != nil || info.Mode() != os.ModeDir|0o700 {
			t.Errorf("the private folder: %v, %v", info.Mode(), err)
		}
		_, err := writing("half")(folder)
		return "", errors.Join(err, failed)
	})
	if !errors.Is(err, failed) || content(t, path) != "before" {
		t.Errorf("%v; the file has %q", err, content(t, path))
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("in the folder: %q", got)
	}
}

// Nothing is written through a link, nor over what is no file.
func TestWriteOverALink(t *testing.T) {
	dir := t.TempDir()
	victim, link, folder := filepath.Join(dir, "victim"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	if err := errors.Join(os.WriteFile(victim, []byte("precious"), 0o600), os.Symlink(victim, link), os.Mkdir(folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, folder, filepath.Join(victim, "below"), filepath.Join(dir, "nowhere", "copy")} {
		if err := Write(path, "", writing("x")); err == nil {
			t.Errorf("%s was written", path)
		}
	}
	if content(t, victim) != "precious" {
		t.Error("the file behind the link was changed")
	}
}

func TestLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, ".ogpbot-copy-1"), filepath.Join(dir, ".ogpbot-copy-2")
	if err := errors.Join(os.Mkdir(old, 0o700), os.Mkdir(young, 0o700), os.WriteFile(filepath.Join(old, "snapshot"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-leftoverAge - time.Hour)
	if err := os.Chtimes(old, before, before); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "copy"), "", writing("x")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{".ogpbot-copy-2", "copy"}) {
		t.Errorf("in the folder: %q", got)
	}
}

// key makes a key and puts it into a file, as age-keygen does.
func key(t *testing.T) (recipient, file string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(file, fmt.Appendf(nil, "# public key: %s\n%s\n", id.Recipient(), id), 0o600); err != nil {
		t.Fatal(err)
	}
	return id.Recipient().String(), file
}

func TestSealedCopy(t *testing.T) {
	recipient, keys := key(t)
	_, otherKeys := key(t)
	dir := t.TempDir()
	path, to := filepath.Join(dir, "copy.age"), filepath.Join(dir, "opened")
	words := strings.Repeat("what citizens said ", 20_000)
	if err := Write(path, recipient, writing(words)); err != nil {
		t.Fatal(err)
	}
	sealed := content(t, path)
	if strings.Contains(sealed, "citizens") {
		t.Error("it can be read")
	}
	if err := Open(path, keys, to); err != nil || content(t, to) != words {
		t.Fatalf("opened: %v", err)
	}
	if info, err := os.Stat(to); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	noKeys := filepath.Join(dir, "none")
	if err := os.WriteFile(noKeys, []byte("AGE-SECRET-KEY-1NONSENSE"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, identity, want string }{
		"without a key":     {path, "", "--identity"},
		"with another key":  {path, otherKeys, "another key"},
		"with no key file":  {path, filepath.Join(dir, "missing"), "cannot be read"},
		"with no key in it": {path, noKeys, "AGE-SECRET-KEY-"},
		"a folder":          {dir, "", "no file"},
		"nothing":           {filepath.Join(dir, "missing"), "", "cannot be read"},
	} {
		if err := Open(c.file, c.identity, filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "NONSENSE") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, damaged := range map[string]string{
		"a flipped bit": sealed[:len(sealed)/2] + string(sealed[len(sealed)/2]^1) + sealed[len(sealed)/2+1:],
		"a half":        sealed[:len(sealed)/2],
		"the end gone":  sealed[:len(sealed)-1],
		"no head":       "age-encryption.org/v1\n" + sealed[100:],
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Open(bad, keys, filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlainCopyNeedsNoKey(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "copy"), filepath.Join(dir, "to")
	if err := errors.Join(Write(path, "", writing("plain")), Open(path, "", to)); err != nil || content(t, to) != "plain" {
		t.Errorf("%v", err)
	}
	if err := Open(path, "", to); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
}

func TestRecipientThatIsNone(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"nobody", "age1", id.String(), id.Recipient().String() + "\n" + id.Recipient().String()} {
		err := Write(filepath.Join(t.TempDir(), "copy"), s, func(string) (string, error) {
			t.Error("work was done for nobody")
			return "", nil
		})
		if err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestParsePlan(t *testing.T) {
	recipient, _ := key(t)
	for s, want := range map[string]Plan{
		"daily@03:30":                          {3, 30, 14, ""},
		"daily@23:05 keep=2":                   {23, 5, 2, ""},
		"daily@00:00  keep=7  to=" + recipient: {0, 0, 7, recipient},
	} {
		if got, err := ParsePlan(s); err != nil || got != want {
			t.Errorf("%q: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "daily", "daily@24:00", "daily@3:30", "03:30", "daily@03:30 keep=0", "daily@03:30 keep=x", "daily@03:30 keep=5000", "daily@03:30 to=", "daily@03:30 to=me", "daily@03:30 more"} {
		if p, err := ParsePlan(s); err == nil {
			t.Errorf("%q is a plan: %+v", s, p)
		}
	}
	if spec := (Plan{Hour: 3, Minute: 5}).Spec(); spec != "5 3 * * *" {
		t.Errorf("the time is %q", spec)
	}
}

func TestRotateRemovesItsOwnAndTheOldest(t *testing.T) {
	dir := t.TempDir()
	p := Plan{Keep: 2}
	day := func(n int) string { return p.Name(time.Date(2026, 11, n, 3, 30, 0, 0, time.UTC)) }
	others := []string{"mine.db", "ogpbot.db", "ogpbot-20200101-033000.db.bak", "notes-20200101-033000.db"}
	for _, name := range append([]string{day(1), day(2), day(3) + sealedSuffix, day(4)}, others...) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "mine.db"), filepath.Join(dir, "ogpbot-20200101-000000.db")); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Rotate(dir, day(4)); err != nil || n != 2 {
		t.Errorf("%d were removed: %v", n, err)
	}
	got := names(t, dir)
	for _, name := range append([]string{day(3) + sealedSuffix, day(4), "ogpbot-20200101-000000.db"}, others...) {
		if !slices.Contains(got, name) {
			t.Errorf("%s is gone", name)
		}
	}
	// A clock that had been ahead gave the others later dates.
	if _, err := (Plan{Keep: 1}).Rotate(dir, day(3)+sealedSuffix); err != nil || !slices.Contains(names(t, dir), day(3)+sealedSuffix) {
		t.Errorf("the fresh one is gone: %v", err)
	}
}
