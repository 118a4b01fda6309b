package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/content"
	"ogpbot/internal/channel/channeltest/fakebot"
	"ogpbot/internal/channel/channeltest/fakegraph"
	"ogpbot/internal/config"
	"ogpbot/internal/schedule"
)

// names lists what is wrong, but for the age of the test town's answers, which is another each day.
func names(found Checkup) (all []string) {
	for _, f := range found.Findings {
		if f.Name != "stale" {
			all = append(all, f.Name)
		}
	}
	return all
}

// checkup asks the program that runs, over its socket, and gives the names of what is wrong.
func (p *program) checkup(t *testing.T) []string {
	t.Helper()
	var found Checkup
	until(t, func() string { // it has just started
		var err error
		if found, err = Doctor(t.Context(), p.cfg, silent, "en"); err != nil || !found.Running {
			return fmt.Sprint("the doctor does not come: ", err)
		}
		return ""
	})
	return names(found)
}

func (p *program) wrong(t *testing.T, want ...string) {
	t.Helper()
	if got := p.checkup(t); !slices.Equal(got, want) {
		t.Errorf("wrong are %q, want %q", got, want)
	}
}

const nino = 77

// owned is a program whose owner has written to it on Telegram once.
func owned(t *testing.T, cfg config.Config) *program {
	t.Helper()
	cfg.Content = fresh(t, cfg.Content)
	p := start(t, cfg, fakebot.Options{})
	p.telegram.SendText(nino, "/start")
	p.hears(t, nino, 1, "მზიანის")
	return p
}

func TestALostWebhookIsSetAgain(t *testing.T) {
	cfg := settings(t)
	cfg.TelegramMode = "webhook"
	p := owned(t, cfg)
	p.link(t, "77", bot.Account{Login: "nino", Role: bot.RoleOwner})
	p.wrong(t)
	hook := p.telegram.Webhook()
	p.telegram.LoseWebhook()
	p.telegram.SendText(78, "/start") // reaches nobody
	p.wrong(t, "restored/telegram")
	if again := p.telegram.Webhook(); again == "" || again != hook {
		t.Errorf("the webhook is %q, want %q", again, hook)
	}
	p.hears(t, nino, 2, "უკვე აღვადგინე")
	p.hears(t, 78, 1, "მზიანის")
	p.wrong(t)
	p.telegram.SendText(nino, "madloba")
	p.hears(t, nino, 3, "არაფრის") // nothing was said in between
}

// What is wrong with Messenger is told on Telegram: once when it begins, once when it is over, and a restart is neither.
func TestTheOwnerIsToldOnce(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	cfg.PublicURL = "https://bot.example.ge"
	p := owned(t, cfg)
	hook(t, g, p)
	p.link(t, "77", bot.Account{Login: "nino", Role: bot.RoleOwner})
	p.wrong(t, "astray/messenger") // the fake delivers to the listener and not to the public address
	p.hears(t, nino, 2, "https://bot.example.ge/webhook/messenger")
	g.Unsubscribe()
	p.wrong(t, "restored/messenger", "astray/messenger")
	if len(g.Subscribed()) == 0 {
		t.Error("the app is not subscribed again")
	}
	p.hears(t, nino, 3, "უკვე აღვადგინე")
	g.Fail("", -1, fakegraph.TokenExpired())
	for range 3 {
		p.wrong(t, "token/messenger")
	}
	p.hears(t, nino, 4, "Messenger ბოტის გასაღებს (token) არ იღებს")
	p.telegram.SendText(nino, "madloba")
	p.hears(t, nino, 5, "არაფრის")
	log := p.log
	if err := p.end(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "finding=token/messenger"); n != 1 {
		t.Errorf("%d times in the log:\n%s", n, log)
	}
	if strings.Contains(log.String(), cfg.MessengerToken) {
		t.Error("a secret is in the log")
	}
	cfg.Content = p.cfg.Content
	p = start(t, cfg, fakebot.Options{})
	p.wrong(t, "token/messenger")
	g.Heal()
	p.wrong(t, "astray/messenger")
	p.hears(t, nino, 1, "✅ ეს უკვე გამოსწორდა: Messenger ბოტის გასაღებს (token) არ იღებს.") // the first since the restart
	p.wrong(t, "astray/messenger")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := p.posts["telegram"].sender.Idle(ctx); err != nil {
		t.Fatal(err)
	}
	if ms := p.telegram.Messages(nino); len(ms) != 1 || strings.Contains(ms[0].Text, "bot.example.ge") { // what the token hid was never over
		t.Errorf("since the restart the owner was told %d times: %v", len(ms), ms)
	}
}

// A refused answer is enough to look at once.
func TestTheOwnerIsToldWhenSendingStops(t *testing.T) {
	cfg := settings(t)
	g := graph(t, &cfg)
	p := owned(t, cfg)
	hook(t, g, p)
	p.link(t, "77", bot.Account{Login: "nino", Role: bot.RoleOwner})
	g.Fail("", -1, fakegraph.TokenExpired())
	g.SendText("9", "გამარჯობა")
	p.hears(t, nino, 2, "Messenger ბოტის გასაღებს (token) არ იღებს")
}

// The owner reads what a job is called, not its name in the program.
func TestJobsHaveWords(t *testing.T) {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range append((&App{}).daily(), schedule.Job{Name: backupJob}) {
		for _, lang := range lib.Place().Languages {
			if lib.Text(lang, "doctor.task-"+j.Name) == "" {
				t.Errorf("the job %q has no words in %s", j.Name, lang)
			}
		}
	}
}

// fresh is a content folder whose answers were all checked today.
func fresh(t *testing.T, folder string) string {
	t.Helper()
	town := t.TempDir()
	if err := os.CopyFS(town, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(town, "answers", "town.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`checked: \d{4}-\d\d-\d\d`).ReplaceAll(text, []byte("checked: "+time.Now().Format(time.DateOnly)))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return town
}

// What stands still is looked at with the same eyes, and nothing is changed.
func TestDoctorWithoutAProgram(t *testing.T) {
	cfg := settings(t)
	cfg.Content = fresh(t, cfg.Content)
	found, err := Doctor(t.Context(), cfg, silent, "")
	if err != nil || !found.OK || found.Running || len(found.Findings) > 0 || !strings.Contains(found.Summary, "ყველაფერი რიგზეა") {
		t.Errorf("without a token: %+v, %v", found, err)
	}
	server := fakebot.Start(t, fakebot.Options{})
	cfg.TelegramAPI, cfg.TelegramToken = server.URL(), "7:wrong-token"
	if found, err = Doctor(t.Context(), cfg, silent, "fr"); err != nil || found.OK || len(found.Findings) != 1 || found.Findings[0].Name != "token/telegram" ||
		!strings.Contains(found.Findings[0].Mend, "@BotFather") {
		t.Errorf("with a wrong token: %+v, %v", found, err)
	}
	cfg.TelegramToken, cfg.TelegramMode, cfg.PublicURL = server.Token(), "webhook", "https://bot.example.ge"
	if found, err = Doctor(t.Context(), cfg, silent, "en"); err != nil || found.OK || found.Findings[0].Name != "lost/telegram" || server.Webhook() != "" {
		t.Errorf("without a webhook: %+v, %v; it is %q", found, err, server.Webhook())
	}
	for _, call := range server.Calls("") {
		if call.Method != "getMe" && call.Method != "getWebhookInfo" {
			t.Errorf("it called %s", call.Method)
		}
	}
	if _, err := Doctor(t.Context(), cfg, silent, "xx"); err == nil {
		t.Error("it speaks xx")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	server.Close()
	if found, err = Doctor(ctx, cfg, silent, "en"); err == nil && found.OK {
		t.Errorf("who has no time is told %+v", found)
	}
}
