package console

import (
	"errors"
	"net/http"

	"ogpbot/internal/staff"
)

// showLink asks whether the one-time link shall be used. Chats open links to show what is behind them: that must not use it up.
func (q *request) showLink() error {
	a, err := q.c.cfg.Staff.LinkFor(q.r.Context(), q.r.PathValue("token"))
	if errors.Is(err, staff.ErrWrong) {
		return q.deadLink(http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	return q.render(http.StatusOK, "link", q.Say("console.link-title"), a.Name)
}

func (q *request) followLink() error {
	token, stage, err := q.c.cfg.Staff.FollowLink(q.r.Context(), q.r.PathValue("token"), q.visitor())
	if errors.Is(err, staff.ErrWrong) {
		return q.deadLink(http.StatusNotFound)
	}
	if err != nil {
		return err
	}
	return q.enter(token, stage)
}

func (q *request) deadLink(status int) error {
	return q.render(status, "error", q.Say("console.link-dead"), q.Say("console.link-dead-why"))
}
