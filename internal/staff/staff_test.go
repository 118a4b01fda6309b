package staff

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

func service(t *testing.T) (*Service, store.Store) {
	t.Helper()
	lib, _, err := content.Load(os.DirFS("../../content/testdata/mziani"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return New(Config{Store: s, Library: func() bot.Library { return lib }}), s
}

var nino = bot.Account{Login: "nino.g", Name: "ნინო გელაშვილი", Role: bot.RoleVillage, Villages: []string{"vazi", "tba", "vazi"}}

// add keeps an account and gives its code as the store has it.
func add(t *testing.T, s *Service, a bot.Account) (secret string) {
	t.Helper()
	code, err := s.Add(t.Context(), a, "tester")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(code, "-", "")
}

// good tells whether a code is good at, and for whom.
func good(t *testing.T, s store.Store, secret string, at time.Time) (login string) {
	t.Helper()
	if err := s.View(t.Context(), func(tx store.Tx) error {
		c, err := tx.Codes.Get(bot.CodeStaff, secret, at)
		login = c.Login
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return login
}

// acts lists the trail, the oldest first.
func acts(t *testing.T, s store.Store) (all []string) {
	t.Helper()
	if err := s.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 500})
		for _, a := range slices.Backward(as) {
			all = append(all, a.Login+" "+a.Act+" "+a.Object)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAdd(t *testing.T) {
	s, db := service(t)
	a := nino
	a.Citizen, a.Disabled, a.Version = "somebody", true, 7 // nothing but login, name, role and villages is taken
	code, err := s.Add(t.Context(), a, "tester")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[A-Z0-9]{5}-[A-Z0-9]{5}$`).MatchString(code) || strings.ContainsAny(code, "B8IL1O0S5Z2") {
		t.Errorf("the code %q is not easy to read", code)
	}
	secret := strings.ReplaceAll(code, "-", "")
	now := time.Now()
	if good(t, db, secret, now) != nino.Login || good(t, db, secret, now.Add(bot.StaffCodeTime-time.Minute)) != nino.Login {
		t.Error("the code is not good")
	}
	if good(t, db, secret, now.Add(bot.StaffCodeTime+time.Minute)) != "" {
		t.Error("the code is good for too long")
	}
	all, err := s.List(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("the accounts are %v, %v", all, err)
	}
	got := all[0]
	if got.Name != nino.Name || got.Role != nino.Role || !slices.Equal(got.Villages, []string{"tba", "vazi"}) || got.Citizen != "" || got.Disabled || now.Sub(got.Created) > time.Minute {
		t.Errorf("kept: %+v", got)
	}
	if got := acts(t, db); !slices.Equal(got, []string{"tester staff.add nino.g"}) {
		t.Errorf("the trail is %q", got)
	}
}

func TestAddRefuses(t *testing.T) {
	s, _ := service(t)
	add(t, s, nino)
	for name, c := range map[string]struct {
		change func(*bot.Account)
		wrong  bool
		want   string
	}{
		"same login":       {func(a *bot.Account) { a.Login = "nino.g" }, false, "already"},
		"no login":         {func(a *bot.Account) { a.Login = "" }, true, "login"},
		"capitals":         {func(a *bot.Account) { a.Login = "Nino" }, true, "a-z"},
		"space":            {func(a *bot.Account) { a.Login = "command line" }, true, "login"},
		"long login":       {func(a *bot.Account) { a.Login = strings.Repeat("a", 33) }, true, "32"},
		"no name":          {func(a *bot.Account) { a.Name = " \t" }, true, "name"},
		"long name":        {func(a *bot.Account) { a.Name = strings.Repeat("ნ", 81) }, true, "80"},
		"escape in name":   {func(a *bot.Account) { a.Name = "ni\x1b[31mno" }, true, "control"},
		"direction":        {func(a *bot.Account) { a.Name = "ni\u202eno" }, true, "control"},
		"no text":          {func(a *bot.Account) { a.Name = "ni\xffno" }, true, "name"},
		"unknown role":     {func(a *bot.Account) { a.Role = "mayor" }, true, "observer"},
		"no village":       {func(a *bot.Account) { a.Villages = nil }, true, "at least one village"},
		"needless village": {func(a *bot.Account) { a.Role = bot.RoleStaff }, true, "no villages"},
		"unknown village":  {func(a *bot.Account) { a.Villages = []string{"vazi", "atlantis"} }, true, "atlantis"},
		"village by name":  {func(a *bot.Account) { a.Villages = []string{"ტბისპირი"} }, true, "did you mean tba"},
	} {
		t.Run(name, func(t *testing.T) {
			a := nino
			a.Login = "other"
			c.change(&a)
			code, err := s.Add(t.Context(), a, "tester")
			refusal, ok := errors.AsType[bot.Refusal](err)
			if !ok || refusal.Wrong != c.wrong || !strings.Contains(refusal.Sentence, c.want) {
				t.Errorf("%q, %v; want %q (wrong: %v)", code, err, c.want, c.wrong)
			}
		})
	}
	if all, err := s.List(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("the accounts are %v, %v", all, err)
	}
	longest := bot.Account{Login: strings.Repeat("a", 32), Name: strings.Repeat("ნ", 80), Role: bot.RoleObserver}
	add(t, s, longest)
}

// Of several who take a login at once, one gets it, and only their code works.
func TestAddAtOnce(t *testing.T) {
	s, db := service(t)
	codes := make(chan string, 8)
	var all sync.WaitGroup
	for range cap(codes) {
		all.Go(func() {
			if code, err := s.Add(t.Context(), nino, "tester"); err == nil {
				codes <- strings.ReplaceAll(code, "-", "")
			} else if _, ok := errors.AsType[bot.Refusal](err); !ok {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(codes) != 1 || good(t, db, <-codes, time.Now()) != nino.Login {
		t.Errorf("%d of them got it", len(codes))
	}
}

func TestNewCode(t *testing.T) {
	s, db := service(t)
	first := add(t, s, nino)
	code, err := s.NewCode(t.Context(), nino.Login, "tester")
	if err != nil {
		t.Fatal(err)
	}
	if good(t, db, first, time.Now()) != "" || good(t, db, strings.ReplaceAll(code, "-", ""), time.Now()) != nino.Login {
		t.Error("not the second code is good")
	}
	if _, err := s.NewCode(t.Context(), "nobody", "tester"); err == nil || !strings.Contains(err.Error(), "no account") {
		t.Errorf("a code for nobody: %v", err)
	}
	if err := s.Disable(t.Context(), nino.Login, "tester"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.NewCode(t.Context(), nino.Login, "tester"); err == nil || !strings.Contains(err.Error(), "enable") {
		t.Errorf("a code for a disabled account: %v", err)
	}
}

func TestDisable(t *testing.T) {
	s, db := service(t)
	add(t, s, nino)
	if err := db.Update(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get(nino.Login)
		if err != nil {
			return err
		}
		a.Citizen = "her"
		return tx.Accounts.Put(a)
	}); err != nil {
		t.Fatal(err)
	}
	state := func() bot.Account {
		t.Helper()
		all, err := s.List(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		return all[0]
	}
	for range 2 { // a second time changes nothing
		if err := s.Disable(t.Context(), nino.Login, "tester"); err != nil {
			t.Fatal(err)
		}
		if a := state(); a.Scope().Allows("vazi") || a.Citizen != "her" {
			t.Errorf("disabled: %+v", a)
		}
	}
	for range 2 {
		if err := s.Enable(t.Context(), nino.Login, "tester"); err != nil {
			t.Fatal(err)
		}
		if a := state(); !a.Scope().Allows("vazi") || a.Citizen != "her" {
			t.Errorf("enabled: %+v", a)
		}
	}
	want := []string{"tester staff.add nino.g", "tester staff.disable nino.g", "tester staff.enable nino.g"}
	if got := acts(t, db); !slices.Equal(got, want) {
		t.Errorf("the trail is %q", got)
	}
	if err := s.Disable(t.Context(), "nobody", "tester"); err == nil || !strings.Contains(err.Error(), "no account") {
		t.Errorf("nobody is disabled: %v", err)
	}
}

// Every sign comes up as often as every other.
func TestSecretsAreFair(t *testing.T) {
	const n = 5000
	seen := map[rune]int{}
	for range n {
		for _, r := range newSecret() {
			seen[r]++
		}
	}
	mean := n * codeSize / len(codeSigns)
	for _, r := range codeSigns {
		if seen[r] < mean*8/10 || seen[r] > mean*12/10 {
			t.Errorf("%c comes up %d times, others %d", r, seen[r], mean)
		}
	}
	if len(seen) != len(codeSigns) {
		t.Errorf("%d signs are used of %d", len(seen), len(codeSigns))
	}
}

func TestChange(t *testing.T) {
	s, db := service(t)
	add(t, s, nino)
	get := func() bot.Account {
		t.Helper()
		all, err := s.List(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		return all[0]
	}
	for range 2 { // a second time changes nothing
		if err := s.Change(t.Context(), bot.Account{Login: nino.Login, Name: "ნინო", Role: bot.RoleStaff, Integrity: true}, "eka"); err != nil {
			t.Fatal(err)
		}
		if a := get(); a.Name != "ნინო" || !a.Scope().All || !a.Integrity || len(a.Villages) != 0 || a.Created.IsZero() {
			t.Errorf("changed to %+v", a)
		}
	}
	if err := s.Change(t.Context(), nino, "eka"); err != nil {
		t.Fatal(err)
	}
	if a := get(); a.Scope().All || a.Integrity || !slices.Equal(a.Villages, []string{"tba", "vazi"}) {
		t.Errorf("changed back to %+v", a)
	}
	for _, a := range []bot.Account{
		{Login: nino.Login, Name: "N", Role: bot.RoleVillage}, {Login: nino.Login, Name: "N", Role: bot.RoleVillage, Villages: []string{"vazi"}, Integrity: true},
		{Login: nino.Login, Name: "N", Role: "king"}, {Login: nino.Login, Role: bot.RoleStaff}, {Login: "nobody", Name: "N", Role: bot.RoleStaff},
	} {
		if _, refused := errors.AsType[bot.Refusal](s.Change(t.Context(), a, "eka")); !refused {
			t.Errorf("%+v was taken", a)
		}
	}
	want := []string{"tester staff.add nino.g", "eka staff.change nino.g staff integrity", "eka staff.change nino.g village tba,vazi"}
	if got := acts(t, db); !slices.Equal(got, want) {
		t.Errorf("the trail is %q", got)
	}
}
