package config

import (
	"reflect"
	"strings"
	"testing"
)

// good is what the defaults in the tags are.
func good() Config {
	c := Config{}
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.String {
			v.Field(i).SetString(v.Type().Field(i).Tag.Get("default"))
		}
	}
	return c
}

func TestDefaultsAreValid(t *testing.T) {
	if err := good().Validate(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
}

func TestMistakesSayWhatToDoAndNoSecret(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"@BotFather":             func(c *Config) { c.TelegramToken = "SECRET" },
		"leave --store out":      func(c *Config) { c.Store = "postgres://user:SECRET@host/db" },
		"leave it out or write":  func(c *Config) { c.Store = "redis" },
		"https://bot.example.ge": func(c *Config) { c.PublicURL = "http://bot.example.ge" },
		"needs --public-url":     func(c *Config) { c.TelegramToken, c.TelegramMode = "1:SECRET", "webhook" },
		"poll or webhook":        func(c *Config) { c.TelegramMode = "push" },
		"api.telegram.org":       func(c *Config) { c.TelegramAPI = "nonsense" },
		"256 letters":            func(c *Config) { c.TelegramSecret = "SECRET with spaces" },
		"a number from 0":        func(c *Config) { c.TelegramRate = -1 },
		"text or json":           func(c *Config) { c.LogFormat = "xml" },
		"needs --messenger-app":  func(c *Config) { c.MessengerToken = "SECRET" },
		"like v25.0": func(c *Config) {
			c.MessengerToken, c.MessengerAppSecret, c.MessengerVerifyToken, c.GraphVersion = "SECRET", "SECRET", "SECRET", "25"
		},
	} {
		c := good()
		change(&c)
		err := c.Validate()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want something with %q", err, want)
		} else if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("a secret is shown: %v", err)
		}
	}
}

func TestWebhookSecretIsStableAndTellsNothing(t *testing.T) {
	c := good()
	c.TelegramToken = "123:token"
	first := c.WebhookSecret()
	if first != c.WebhookSecret() || !secretForm.MatchString(first) || strings.Contains(first, "token") {
		t.Errorf("the secret is %q", first)
	}
	c.TelegramToken = "124:token"
	if c.WebhookSecret() == first {
		t.Error("two bots have one secret")
	}
	c.TelegramSecret = "own"
	if c.WebhookSecret() != "own" {
		t.Error("the secret that was set is not used")
	}
}

// Every flag has an environment variable of its own and a help text.
func TestEveryFlagHasAVariable(t *testing.T) {
	seen := map[string]bool{}
	for f := range fields() {
		name, env := f.Tag.Get("name"), f.Tag.Get("env")
		if want := "OGPBOT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")); env != want || f.Tag.Get("help") == "" || seen[env] {
			t.Errorf("--%s: variable %q, want %q", name, env, want)
		}
		seen[env] = true
	}
}

func fields() func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		t := reflect.TypeFor[Config]()
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

func TestSettingsTellNoSecret(t *testing.T) {
	c := Config{Listen: "127.0.0.1:8080", TelegramToken: "123:HIDDEN", MessengerToken: "HIDDEN1", MessengerAppSecret: "HIDDEN2", MessengerVerifyToken: "HIDDEN3",
		TelegramSecret: "HIDDEN4", ChatOrigins: []string{"https://a.example", "https://b.example"}, TelegramRate: 30, TrustProxy: true}
	all := map[string]Setting{}
	for _, s := range c.Settings() {
		if all[s.Flag] = s; strings.Contains(s.Value, "HIDDEN") {
			t.Errorf("%s tells %q", s.Flag, s.Value)
		}
	}
	for flag, want := range map[string]Setting{
		"--listen":         {"--listen", "OGPBOT_LISTEN", "127.0.0.1:8080", false},
		"--telegram-token": {"--telegram-token", "OGPBOT_TELEGRAM_TOKEN", "", true},
		"--telegram-rate":  {"--telegram-rate", "OGPBOT_TELEGRAM_RATE", "30", false},
		"--chat-origins":   {"--chat-origins", "OGPBOT_CHAT_ORIGINS", "https://a.example,https://b.example", false},
		"--trust-proxy":    {"--trust-proxy", "OGPBOT_TRUST_PROXY", "true", false},
		"--public-url":     {"--public-url", "OGPBOT_PUBLIC_URL", "", false},
	} {
		if all[flag] != want {
			t.Errorf("%s is %+v", flag, all[flag])
		}
	}
}
