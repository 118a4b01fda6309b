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
