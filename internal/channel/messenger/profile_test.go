package messenger

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ogpbot/bot"
	"ogpbot/internal/channel/channeltest/fakegraph"
)

var errDisk = errors.New("disk full")

// kept is a ProfileState in memory.
type kept struct {
	print      string
	load, save error
}

func (k *kept) Load(context.Context) (string, error) { return k.print, k.load }

func (k *kept) Save(_ context.Context, print string) error {
	if k.save == nil {
		k.print = print
	}
	return k.save
}

func described(k *kept) func(*Config) {
	return func(cfg *Config) {
		cfg.Greeting = map[bot.Language]string{"ka": "გამარჯობა", "en": "Hello", "fr": "Bonjour"}
		cfg.Menu = map[bot.Language][]Item{"ka": {{"დახმარება", "help"}}, "en-GB": {{"Help", "help"}}}
		cfg.IceBreakers = map[bot.Language][]Item{"": {{"რა დაგვპირდით?", "promises"}}, "ka": {{"-", "-"}}}
		if k != nil {
			cfg.Profile = k
		}
	}
}

func TestPrepare(t *testing.T) {
	k := &kept{}
	c, server := connect(t, nil, described(k))
	if err := c.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	profile, _ := server.Profile()
	for name, want := range map[string]string{
		"get_started":     `{"payload":"start"}`,
		"greeting":        `[{"locale":"default","text":"გამარჯობა"},{"locale":"en_US","text":"Hello"},{"locale":"fr_FR","text":"Bonjour"}]`,
		"persistent_menu": `[{"locale":"default","call_to_actions":[{"type":"postback","title":"დახმარება","payload":"help"}]},{"locale":"en_US","call_to_actions":[{"type":"postback","title":"Help","payload":"help"}]}]`,
		"ice_breakers":    `[{"locale":"default","call_to_actions":[{"question":"რა დაგვპირდით?","payload":"promises"}]}]`,
	} {
		if profile[name] != want {
			t.Errorf("%s\n got %s\nwant %s", name, profile[name], want)
		}
	}
	if got := strings.Join(server.Subscribed(), ","); got != subscribedFields {
		t.Errorf("subscribed to %s", got)
	}
	if k.print == "" || strings.Contains(k.print, fakegraph.DefaultToken) {
		t.Errorf("kept %q", k.print)
	}
	before := len(server.Calls(""))
	if err := c.Prepare(t.Context()); err != nil || len(server.Calls("")) != before {
		t.Errorf("a second Prepare made %d calls, error %v", len(server.Calls(""))-before, err)
	}
}

func TestTheProfileIsSetWhenItChanged(t *testing.T) {
	k := &kept{}
	_, server := connect(t, nil, described(k))
	for _, step := range []struct {
		name   string
		edit   func(*Config)
		writes int // so far
	}{
		{"first start", described(k), 1},
		{"the same again", described(k), 1},
		{"no menu", func(cfg *Config) { described(k)(cfg); cfg.Menu = nil }, 3}, // one to delete, one to write
		{"nothing kept", described(nil), 4},
	} {
		c := configured(t, server, nil, step.edit)
		if err := c.Prepare(t.Context()); err != nil {
			t.Fatal(step.name, err)
		}
		profile, writes := server.Profile()
		if writes != step.writes || (profile["persistent_menu"] == "") != (step.name == "no menu") {
			t.Errorf("%s: written %d times, now %v", step.name, writes, profile)
		}
	}
	if got := len(server.Calls("subscribed_apps")); got != 4 {
		t.Errorf("subscribed %d times, want at each of 4 starts", got)
	}
}

func TestAnotherPageHasAnotherFingerprint(t *testing.T) {
	a, b := offline(t), offline(t)
	b.cfg.Token += "x"
	pa, _ := a.fingerprint()
	pb, _ := b.fingerprint()
	if again, _ := a.fingerprint(); pa != again || pa == pb {
		t.Errorf("fingerprints %q, %q, %q", pa, again, pb)
	}
}

func TestPrepareGoesOnWhereItFailed(t *testing.T) {
	k := &kept{save: errDisk}
	c, server := connect(t, nil, described(k))
	server.Fail("messenger_profile", 1, fakegraph.TokenExpired())
	for _, want := range []string{"190/463", "disk full"} {
		if err := c.Prepare(t.Context()); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), fakegraph.DefaultToken) {
			t.Fatalf("Prepare() = %v, want %s", err, want)
		}
	}
	k.save, k.load = nil, errDisk
	if err := c.Prepare(t.Context()); err == nil {
		t.Fatal("a fingerprint that cannot be read passed")
	}
	k.load = nil
	if err := c.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(server.Calls("subscribed_apps")); got != 1 {
		t.Errorf("subscribed %d times, want once", got)
	}
}
