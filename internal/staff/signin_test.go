package staff

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/store"
	"ogpbot/internal/store/boltstore"
)

const good1, good2 = "four swans over the river", "five swans over the river"

// door is a Service whose clock the test sets.
type door struct {
	*Service
	t     *testing.T
	store store.Store
	at    time.Time
}

func openDoor(t *testing.T) *door {
	t.Helper()
	lib, _, err := content.Load(content.Default())
	if err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &door{t: t, store: s, at: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	d.Service = New(Config{Store: s, Library: func() bot.Library { return lib }, Windows: bot.Windows{"telegram": 0}, Now: func() time.Time { return d.at }})
	return d
}

var visitor = Visitor{Address: "192.0.2.1", Browser: "Firefox"}

// ready makes an account with a password and an authenticator, and gives that one's secret.
func (d *door) ready(login string) (secret string) {
	d.t.Helper()
	if _, err := d.Add(d.t.Context(), bot.Account{Login: login, Name: login, Role: bot.RoleStaff}, "tester"); err != nil {
		d.t.Fatal(err)
	}
	link, err := d.Invite(d.t.Context(), login, "tester")
	d.must(err)
	token, stage, err := d.FollowLink(d.t.Context(), link, visitor)
	d.must(err)
	if stage != StageSetup {
		d.t.Fatalf("the stage is %q", stage)
	}
	token, err = d.SetPassword(d.t.Context(), token, "", good1)
	d.must(err)
	offer, err := d.OfferAuthenticator(d.t.Context(), token)
	d.must(err)
	token, err = d.ConfirmAuthenticator(d.t.Context(), token, "", d.totp(offer.Secret))
	d.must(err)
	if who, err := d.Session(d.t.Context(), token); err != nil || who.Session.Stage != StageIn || !who.Complete() {
		d.t.Fatalf("%+v, %v", who, err)
	}
	d.at = d.at.Add(time.Minute)
	return offer.Secret
}

func (d *door) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) totp(secret string) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, d.at)
	d.must(err)
	return code
}

func (d *door) want(err, want error, what string) {
	d.t.Helper()
	if !errors.Is(err, want) {
		d.t.Errorf("%s gave %v, want %v", what, err, want)
	}
}

func TestSignInWithAnAuthenticator(t *testing.T) {
	d := openDoor(t)
	ctx := t.Context()
	secret := d.ready("keti")
	half, stage, err := d.SignIn(ctx, " KETI", good1, visitor)
	d.must(err)
	if stage != StageSecond {
		t.Fatalf("the stage is %q", stage)
	}
	_, err = d.SetPassword(ctx, half, good1, good2)
	d.want(err, ErrSession, "a new password before the second factor")
	_, err = d.OfferAuthenticator(ctx, half)
	d.want(err, ErrSession, "another authenticator before the second factor")
	d.want(d.SendCode(ctx, half), ErrNoChat, "a code to no conversation")
	_, err = d.Second(ctx, half, "000000")
	d.want(err, ErrWrong, "a wrong code")
	code := d.totp(secret)
	token, err := d.Second(ctx, half, code[:3]+" "+code[3:])
	d.must(err)
	_, err = d.Session(ctx, half)
	d.want(err, ErrSession, "the token of before")

	half, _, err = d.SignIn(ctx, "keti", good1, visitor)
	d.must(err)
	_, err = d.Second(ctx, half, code)
	d.want(err, ErrWrong, "a code of an authenticator for the second time")
	_, err = d.Second(ctx, half, d.totp(secret))
	d.want(err, ErrWrong, "the same step again")
	d.at = d.at.Add(30 * time.Second)
	_, err = d.Second(ctx, half, d.totp(secret))
	d.must(err)
	_, err = d.Second(ctx, token, d.totp(secret))
	d.want(err, ErrSession, "a second factor for a session that needs none")
}

// Nothing tells a login that exists from one that does not.
func TestWrongLoginsAreAlike(t *testing.T) {
	d := openDoor(t)
	d.ready("keti")
	d.ready("luka")
	d.must(d.Disable(t.Context(), "luka", "tester"))
	for _, c := range [][2]string{{"keti", "wrong wrong wrong"}, {"nobody", good1}, {"luka", good1}, {"<script>", good1}, {"", ""}, {"keti", strings.Repeat("x", 1<<20)}} {
		_, _, err := d.SignIn(t.Context(), c[0], c[1], visitor)
		d.want(err, ErrWrong, fmt.Sprintf("login %q", c[0]))
	}
	d.must(d.store.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 10})
		for _, a := range as[:6] {
			if a.Act != "signin" || a.Denied == "" || strings.Contains(a.Object, "<") {
				t.Errorf("the trail says %+v", a)
			}
		}
		return err
	}))
}

func TestTriesAreLimited(t *testing.T) {
	d := openDoor(t)
	secret := d.ready("keti")
	d.at = d.at.Add(time.Hour)
	try := func(login, address string) error {
		_, _, err := d.SignIn(t.Context(), login, "not the right one", Visitor{Address: address})
		return err
	}
	for i := range 5 {
		d.want(try("keti", fmt.Sprint("a", i)), ErrWrong, "a try")
	}
	_, _, err := d.SignIn(t.Context(), "keti", good1, visitor)
	d.want(err, ErrLimited, "the sixth try of a login, though it is right")
	for i := range 30 {
		d.want(try(fmt.Sprint("login", i), "b"), ErrWrong, "a try")
	}
	d.want(try("other", "b"), ErrLimited, "the 31st try from an address")
	d.want(try("other", "c"), ErrWrong, "a try from another")
	d.at = d.at.Add(15*time.Minute + time.Second)
	half, _, err := d.SignIn(t.Context(), "keti", good1, visitor)
	d.must(err)
	for range 5 {
		_, err := d.Second(t.Context(), half, "000000")
		d.want(err, ErrWrong, "a wrong code")
	}
	_, err = d.Second(t.Context(), half, d.totp(secret))
	d.want(err, ErrLimited, "the sixth code, though it is right")
}

func TestSessionsEnd(t *testing.T) {
	d := openDoor(t)
	ctx := t.Context()
	secret := d.ready("keti")
	in := func() string {
		t.Helper()
		d.at = d.at.Add(time.Minute)
		half, _, err := d.SignIn(ctx, "keti", good1, visitor)
		d.must(err)
		token, err := d.Second(ctx, half, d.totp(secret))
		d.must(err)
		return token
	}
	alive := func(token string, want bool) {
		t.Helper()
		if _, err := d.Session(ctx, token); (err == nil) != want {
			t.Errorf("a session is alive: %v (%v), want %v", err == nil, err, want)
		}
	}
	token := in()
	for range 27 { // used every 12 hours, for almost 14 days
		d.at = d.at.Add(12*time.Hour - time.Second)
		alive(token, true)
	}
	d.at = d.at.Add(12 * time.Hour)
	alive(token, false)
	token = in()
	d.at = d.at.Add(12 * time.Hour)
	alive(token, false)

	four := in()
	d.must(d.EndSessions(ctx, "keti", "owner"))
	alive(four, false)
	if err := d.EndSessions(ctx, "nobody", "owner"); err == nil {
		t.Error("sessions of nobody were ended")
	}
	one, two, three := in(), in(), in()
	all, err := d.Sessions(ctx, "keti")
	if err != nil || len(all) != 3 || all[0].Browser != "Firefox" {
		t.Fatalf("%+v, %v", all, err)
	}
	d.must(d.EndSession(ctx, "keti", all[2].ID, all[0].ID))
	alive(one, false)
	alive(two, true)
	d.must(d.EndSession(ctx, "luka", all[1].ID, "")) // not theirs
	alive(two, true)
	after, err := d.SetPassword(ctx, three, good1, good2)
	d.must(err)
	alive(two, false)
	alive(three, false)
	alive(after, true)
	d.must(d.SignOut(ctx, after))
	d.must(d.SignOut(ctx, after))
	alive(after, false)

	d.at = d.at.Add(time.Minute)
	_, _, err = d.SignIn(ctx, "keti", good1, visitor)
	d.want(err, ErrWrong, "the password of before")
	half, _, err := d.SignIn(ctx, "keti", good2, visitor)
	d.must(err)
	d.at = d.at.Add(10 * time.Minute)
	_, err = d.Second(ctx, half, d.totp(secret))
	d.want(err, ErrSession, "a second factor that came late")
	half, _, err = d.SignIn(ctx, "keti", good2, visitor)
	d.must(err)
	token, err = d.Second(ctx, half, d.totp(secret))
	d.must(err)
	d.must(d.Disable(ctx, "keti", "tester"))
	alive(token, false)
	d.must(d.Prune(ctx))
}

func TestPasswords(t *testing.T) {
	for _, c := range []struct {
		password string
		want     error
	}{
		{good1, nil},
		{"ოთხი გედი მდინარეზე", nil},
		{"short one", ErrPasswordShort},
		{"ოთხი გედი", ErrPasswordShort},
		{strings.Repeat("long ", 300), ErrPasswordLong},
		{"\xff\xfe not letters", ErrPasswordLong},
		{"password1234", ErrPasswordCommon},
		{"1234PassWord!!", ErrPasswordCommon},
		{"passwordpassword", ErrPasswordCommon},
		{"saqartvelo2026", ErrPasswordCommon},
		{"1qaz2wsx3edc", ErrPasswordCommon},
		{"aaaaaaaaaaaaaaa", ErrPasswordCommon},
		{"123456789012", ErrPasswordCommon},
		{"abcdefghijklmn", ErrPasswordCommon},
		{"nino.gelashvili1", ErrPasswordCommon},
		{"2026 05 04 1200", ErrPasswordCommon},
	} {
		if err := checkPassword("nino.gelashvili", c.password); !errors.Is(err, c.want) {
			t.Errorf("%q gave %v, want %v", c.password, err, c.want)
		}
	}
	d := openDoor(t)
	hash := d.hash(good1)
	if !d.matches(hash, good1) || d.matches(hash, good2) || d.matches("", "") || d.matches("$argon2id$v=19$m=x", good1) || hash == d.hash(good1) {
		t.Error("a password is not compared as it should be")
	}
}

func TestFirstOwner(t *testing.T) {
	d := openDoor(t)
	ctx := t.Context()
	password, err := d.FirstOwner(ctx)
	if err != nil || len(password) < 20 {
		t.Fatalf("%q, %v", password, err)
	}
	if again, err := d.FirstOwner(ctx); err != nil || again != "" {
		t.Errorf("a second time it gave %q, %v", again, err)
	}
	token, stage, err := d.SignIn(ctx, FirstLogin, password, visitor)
	d.must(err)
	if stage != StageSetup {
		t.Errorf("the stage is %q", stage)
	}
	_, err = d.SetPassword(ctx, token, "", password)
	d.want(err, ErrPasswordCommon, "the same password again")
	after, err := d.SetPassword(ctx, token, "", good1)
	d.must(err)
	if who, err := d.Session(ctx, after); err != nil || who.Session.Stage != StageSetup {
		t.Errorf("without a second factor the stage is %q (%v)", who.Session.Stage, err)
	}
}

func TestLinksAndChatCodes(t *testing.T) {
	d := openDoor(t)
	ctx := t.Context()
	d.must(d.store.Update(ctx, func(tx store.Tx) error {
		return errors.Join(
			tx.Citizens.Put(bot.Citizen{ID: "c1", Language: "ka", Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: "7"}}}}, bot.State{}),
			tx.Accounts.Put(bot.Account{Login: "nino", Name: "Nino", Role: bot.RoleVillage, Villages: []string{"x"}, Citizen: "c1"}))
	}))
	link := func(secret string, citizen bot.CitizenID) {
		d.must(d.store.Update(ctx, func(tx store.Tx) error {
			return tx.Codes.Put(bot.Code{Kind: bot.CodeConsole, Secret: secret, Login: "nino", Citizen: citizen, Until: d.at.Add(bot.ConsoleTime)}, d.at)
		}))
	}
	follow := func(secret string, want error) (token, stage string) {
		t.Helper()
		token, stage, err := d.FollowLink(ctx, secret, visitor)
		d.want(err, want, "the link "+secret)
		return token, stage
	}
	link("one", "c1")
	if a, err := d.LinkFor(ctx, "one"); err != nil || a.Login != "nino" {
		t.Errorf("%v, %v", a, err)
	}
	token, stage := follow("one", nil)
	if stage != StageIn {
		t.Errorf("the stage is %q", stage)
	}
	follow("one", ErrWrong)
	follow("nonsense", ErrWrong)
	link("two", "c1")
	link("three", "c1")
	follow("two", ErrWrong) // a newer one was asked for
	d.at = d.at.Add(bot.ConsoleTime)
	follow("three", ErrWrong)
	link("four", "c2") // another conversation than the account's
	follow("four", ErrWrong)

	token, err := d.SetPassword(ctx, token, "", good1)
	d.must(err)
	d.must(d.SendCode(ctx, token))
	code := d.sent()
	_, err = d.ConfirmChat(ctx, token, "wrong password", code)
	d.want(err, ErrWrong, "a second factor without the password")
	_, err = d.ConfirmChat(ctx, token, good1, code)
	d.must(err)
	half, stage, err := d.SignIn(ctx, "nino", good1, visitor)
	d.must(err)
	if stage != StageSecond {
		t.Errorf("the stage is %q", stage)
	}
	_, err = d.Second(ctx, half, code)
	d.want(err, ErrWrong, "a code that was used")
	d.must(d.SendCode(ctx, half))
	code = d.sent()
	_, err = d.Second(ctx, half, code)
	d.must(err)

	old, err := d.Invite(ctx, "nino", "owner")
	d.must(err)
	d.at = d.at.Add(7 * 24 * time.Hour)
	follow(old, ErrWrong)

	// A link of the owner takes the place of a lost password, and not of the second factor.
	invite, err := d.Invite(ctx, "nino", "owner")
	d.must(err)
	half, stage = follow(invite, nil)
	follow(invite, ErrWrong)
	if stage != StageSecond {
		t.Errorf("the stage is %q", stage)
	}
	_, _, err = d.SignIn(ctx, "nino", good1, visitor)
	d.want(err, ErrWrong, "the lost password")
	d.must(d.SendCode(ctx, half))
	after, err := d.Second(ctx, half, d.sent())
	d.must(err)
	if who, err := d.Session(ctx, after); err != nil || who.Session.Stage != StageSetup {
		t.Errorf("the stage is %q (%v)", who.Session.Stage, err)
	}
	d.must(d.ResetSecond(ctx, "nino", "owner"))
	_, err = d.Session(ctx, after)
	d.want(err, ErrSession, "a session of before the reset")
}

// sent gives the code that was sent last.
func (d *door) sent() (code string) {
	d.t.Helper()
	d.must(d.store.Update(d.t.Context(), func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim("telegram", bot.PurposePerson, d.at, time.Minute, 10)
		for _, p := range ps {
			code = digits(p.Message.Text)
			err = errors.Join(err, tx.Outbox.Settle(p.ID, bot.FateSent, d.at))
		}
		return err
	}))
	if len(code) < 6 {
		d.t.Fatalf("the code is %q", code)
	}
	return code[:6]
}

func TestSecretsAreNotLogged(t *testing.T) {
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "a", store.Secret{Login: "keti", Password: "HIDDEN", TOTP: "HIDDEN"}, "b", store.Session{Login: "keti", ID: "HIDDEN", Browser: "HIDDEN"})
	if strings.Contains(out.String(), "HIDDEN") {
		t.Error(out.String())
	}
}

func TestBrowsers(t *testing.T) {
	for agent, want := range map[string]string{
		"": "",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0": "Edge · Windows",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36":                                  "Chrome · Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1":               "Safari · iPhone",
		"curl/8": "",
	} {
		if got := Browser(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
