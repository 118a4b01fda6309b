package messenger

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	fb "github.com/huandu/facebook/v2"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// Limits of the profile (developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api).
const (
	maxGreeting    = 160
	maxMenu        = 20
	maxMenuTitle   = 30
	maxIceBreakers = 4
)

// subscribedFields are the events that the Page sends to our webhook.
const subscribedFields = "messages,messaging_postbacks,messaging_referrals,message_deliveries,message_reads,message_echoes," +
	"message_edits,messaging_optins,messaging_optouts,messaging_handovers,standby,message_template_status_update," +
	"messaging_policy_enforcement,messaging_integrity,feed"

// ProfileState remembers which profile the Page has. The string tells nothing of the token.
type ProfileState interface {
	Load(ctx context.Context) (string, error) // "" if nothing was saved
	Save(ctx context.Context, fingerprint string) error
}

// profile is the Page's profile: set holds the properties by their name at Meta, clear lists those that it must not have.
type profile struct {
	set   fb.Params
	clear []string
}

// Prepare implements channel.Preparer. It subscribes the app to the Page's events at every start, because Meta ends the
// subscription silently when a webhook fails for long, and sets the profile if it is not the one that was set last.
// Called again after an error it goes on with the step that failed; once all succeeded it does nothing.
func (c *Channel) Prepare(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	steps := []func(context.Context) error{c.subscribe, c.setProfile}
	for ; c.prepared < len(steps); c.prepared++ {
		if err := steps[c.prepared](ctx); err != nil {
			return fmt.Errorf("prepare messenger: %w", err)
		}
	}
	return nil
}

func (c *Channel) subscribe(ctx context.Context) error {
	_, err := c.call(ctx, fb.POST, "subscribed_apps", fb.Params{"subscribed_fields": subscribedFields})
	return err
}

func (c *Channel) setProfile(ctx context.Context) error {
	want, err := c.fingerprint()
	if err != nil {
		return err
	}
	if c.cfg.Profile != nil {
		have, err := c.cfg.Profile.Load(ctx)
		if err != nil {
			return fmt.Errorf("load the profile's fingerprint: %w", err)
		}
		if have == want {
			return nil
		}
	}
	if len(c.profile.clear) > 0 { // first: the menu cannot be without what it needs
		if _, err := c.call(ctx, fb.DELETE, "messenger_profile", fb.Params{"fields": c.profile.clear}); err != nil {
			return err
		}
	}
	if _, err := c.call(ctx, fb.POST, "messenger_profile", c.profile.set); err != nil {
		return err
	}
	if c.cfg.Profile == nil {
		return nil
	}
	if err := c.cfg.Profile.Save(ctx, want); err != nil {
		return fmt.Errorf("save the profile's fingerprint: %w", err)
	}
	return nil
}

// fingerprint changes with the profile and with the Page's token.
func (c *Channel) fingerprint() (string, error) {
	raw, err := json.Marshal(c.profile.set)
	if err != nil {
		return "", fmt.Errorf("encode the profile: %w", err)
	}
	sum := hmac.New(sha256.New, []byte(c.cfg.Token))
	sum.Write(raw)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

type greeting struct {
	Locale string `json:"locale"`
	Text   string `json:"text"`
}

// callToAction is a line of the menu, or an ice breaker, whose label has another name.
type callToAction struct {
	Type     string `json:"type,omitempty"`
	Title    string `json:"title,omitempty"`
	Question string `json:"question,omitempty"`
	Payload  string `json:"payload"`
}

type actions struct {
	Locale string         `json:"locale"`
	Calls  []callToAction `json:"call_to_actions"`
}

// newProfile checks and translates what cfg says of the profile.
func newProfile(cfg *Config) (profile, error) {
	p := profile{set: fb.Params{"get_started": map[string]string{"payload": cfg.GetStarted}}}
	greetings, err := inLocales("greeting", cfg.Greeting)
	if err != nil {
		return p, err
	}
	menus, err := inLocales("menu", cfg.Menu)
	if err != nil {
		return p, err
	}
	questions, err := inLocales("ice breakers", cfg.IceBreakers)
	if err != nil {
		return p, err
	}
	var texts []greeting
	for _, locale := range slices.Sorted(maps.Keys(greetings)) {
		if channel.Units(greetings[locale]) > maxGreeting {
			return p, fmt.Errorf("the greeting for %s is longer than %d characters", locale, maxGreeting)
		}
		texts = append(texts, greeting{locale, greetings[locale]})
	}
	menu, err := calls(menus, maxMenu, maxMenuTitle, func(i Item) callToAction {
		return callToAction{Type: "postback", Title: i.Label, Payload: i.Action}
	})
	if err != nil {
		return p, fmt.Errorf("the menu for %w", err)
	}
	breakers, err := calls(questions, maxIceBreakers, maxText, func(i Item) callToAction {
		return callToAction{Question: i.Label, Payload: i.Action}
	})
	if err != nil {
		return p, fmt.Errorf("the ice breakers for %w", err)
	}
	put(&p, "greeting", texts)
	put(&p, "persistent_menu", menu)
	put(&p, "ice_breakers", breakers)
	return p, nil
}

func put[T any](p *profile, name string, values []T) {
	if len(values) == 0 {
		p.clear = append(p.clear, name)
		return
	}
	p.set[name] = values
}

func calls(byLocale map[string][]Item, most, longest int, call func(Item) callToAction) ([]actions, error) {
	var out []actions
	for _, locale := range slices.Sorted(maps.Keys(byLocale)) {
		items := byLocale[locale]
		if len(items) == 0 || len(items) > most {
			return nil, fmt.Errorf("%s: %d lines; Messenger takes 1 to %d", locale, len(items), most)
		}
		a := actions{Locale: locale}
		for _, i := range items {
			if i.Label == "" || i.Action == "" || channel.Units(i.Label) > longest {
				return nil, fmt.Errorf("%s: %q: each line needs an action and a label of 1 to %d characters", locale, i.Label, longest)
			}
			a.Calls = append(a.Calls, call(i))
		}
		out = append(out, a)
	}
	return out, nil
}

// inLocales translates languages to locales. What is for everybody else, or in the one language that Messenger does not
// have, is the "default" that Meta asks for.
func inLocales[T any](what string, byLanguage map[bot.Language]T) (map[string]T, error) {
	locales := map[bot.Language]string{"en": "en_US", "fr": "fr_FR", "ru": "ru_RU"} // developers.facebook.com/docs/messenger-platform/messenger-profile/supported-locales
	out := map[string]T{}
	_, certain := byLanguage[""]
	for lang, value := range byLanguage {
		base, _, _ := strings.Cut(string(lang), "-")
		locale, known := locales[bot.Language(base)]
		switch {
		case lang == "":
			locale = "default"
		case !known && certain:
			continue
		case !known:
			locale = "default"
		}
		if _, twice := out[locale]; twice {
			return nil, fmt.Errorf("the %s has two texts for Messenger's locale %s; give one of them, or what everybody else sees under \"\"", what, locale)
		}
		out[locale] = value
	}
	if _, ok := out["default"]; !ok && len(out) > 0 {
		return nil, errors.New("the " + what + " lacks what people of all other languages see; give it under \"\"")
	}
	return out, nil
}
