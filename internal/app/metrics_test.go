package app

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// What citizens do can be read from /metrics, and nothing of what they say.
func TestMetrics(t *testing.T) {
	cfg := settings(t)
	cfg.MetricsListen = "127.0.0.1:0"
	p := start(t, cfg, fakebot.Options{})
	p.telegram.SendText(77001, "როგორ შევიტანო პეტიცია?")
	p.hears(t, 77001, 1, "საკრებულოს კანცელარიაში")
	p.telegram.SendText(77001, "გვიშველეთ, ხანძარია")
	p.hears(t, 77001, 2, "112")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := p.posts["telegram"].sender.Idle(ctx); err != nil { // what was sent is counted
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	p.metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	got := w.Body.String()
	for _, want := range []string{
		`ogpbot_messages_received_total{platform="telegram"} 2`,
		`ogpbot_answers_total{kind="answer"} 1`,
		`ogpbot_answers_total{kind="emergency"} 1`,
		`ogpbot_answer_seconds_count{platform="telegram"} 2`,
		`ogpbot_sends_total{lane="replies",outcome="sent",platform="telegram"} [2-9]`,
		`ogpbot_outbox_depth{lane="replies",platform="telegram"} \d`,
		`ogpbot_commit_seconds_count [1-9]`,
		`ogpbot_commits_failed_total 0`,
		`ogpbot_questions_waiting 1`,
		`ogpbot_cases_open{kind="problem"} 0`,
		`ogpbot_held_mail 0`,
		`ogpbot_store_bytes [1-9]`,
		`ogpbot_store_up 1`,
		`ogpbot_build_info{version=".+"} 1`,
		`process_resident_memory_bytes [1-9]`,
	} {
		if !regexp.MustCompile("(?m)^" + regexp.QuoteMeta(want) + "|^" + want).MatchString(got) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	for _, secret := range []string{"77001", "პეტიცია", p.telegram.Token()} {
		if strings.Contains(got, secret) {
			t.Errorf("/metrics tells %q", secret)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}
