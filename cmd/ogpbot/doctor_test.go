package main

import (
	"encoding/json"
	"strings"
	"testing"

	"ogpbot/internal/channel/channeltest/fakebot"
)

func TestDoctor(t *testing.T) {
	if _, help, _ := ogpbot(t, "", "--help"); !strings.Contains(help, "doctor") {
		t.Error("the help does not tell of it")
	}
	server := fakebot.Start(t, fakebot.Options{})
	flags := []string{"--data", t.TempDir(), "--content", town, "--telegram-api", server.URL(), "--telegram-token", "7:not-the-token"}
	code, out, errs := ogpbot(t, "", append([]string{"doctor", "--lang", "en"}, flags...)...)
	if code != 1 || errs != "" || !strings.Contains(out, "✗ Telegram does not accept the bot's token.\n") || !strings.Contains(out, "→ Get a new token") ||
		!strings.Contains(out, "ogpbot does not run") || strings.Contains(out, "not-the-token") {
		t.Errorf("exit code %d, %s\n%s", code, errs, out)
	}
	if _, out, _ = ogpbot(t, "", append([]string{"doctor"}, flags...)...); !strings.Contains(out, "Telegram ბოტის გასაღებს (token) არ იღებს.") {
		t.Errorf("in the place's language:\n%s", out)
	}
	code, out, errs = ogpbot(t, "", append([]string{"doctor", "--json"}, flags...)...)
	var found struct {
		OK       *bool
		Running  *bool
		Findings []struct{ Name, What, Means, Mend string }
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil || code != 1 || found.OK == nil || *found.OK || found.Running == nil || *found.Running ||
		len(found.Findings) == 0 || found.Findings[0].Name != "token/telegram" || found.Findings[0].Mend == "" {
		t.Errorf("exit code %d, %s, %v\n%s", code, errs, err, out)
	}
	if code, _, errs = ogpbot(t, "", append([]string{"doctor", "--lang", "xx"}, flags...)...); code != 2 || !strings.Contains(errs, "try ka") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}
