package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/channel/webchat"
	"ogpbot/internal/notice"
	"ogpbot/internal/store"
)

const (
	chatPath    = "/chat"
	chatBody    = 16 << 10 // bytes of one message
	chatHistory = 50       // exchanges that somebody who comes back sees
)

// webchat adds the page, which needs no account anywhere. It is always on.
func (a *App) webchat() error {
	key, err := secretFile(filepath.Join(a.cfg.Data, "chat.key"))
	if err != nil {
		return err
	}
	library := func() bot.Library { return a.knowledge.Load().Library }
	c, err := webchat.New(webchat.Config{
		Key: key, Origins: a.cfg.ChatOrigins, TrustProxy: a.cfg.TrustProxy,
		Words:     func(lang bot.Language, key string) string { return library().Text(lang, key) },
		Languages: library().Place().Languages,
		PlaceName: func(lang bot.Language) string { return library().Place().Name.In(lang, library().Place().Languages[0]) },
		History:   a.history,
		Logger:    a.log,
	})
	if err != nil {
		return err
	}
	a.add(c)
	a.onStop = append(a.onStop, c.Close)
	handler := c.Handler(a.inbox.Accept)
	a.server.HandleLimit(chatPath, chatBody, handler)
	a.server.HandleLimit(chatPath+"/", chatBody, handler)
	return nil
}

// history is what was said in a conversation, the oldest first, with the buttons that are still offered.
func (a *App) history(ctx context.Context, who bot.Address) (lines []webchat.Line, err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		lines = nil
		id, err := tx.Citizens.ByAddress(who)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		c, state, err := tx.Citizens.Get(id)
		if err != nil {
			return err
		}
		es, _, err := tx.Conversations.Of(id, store.Page{Limit: chatHistory})
		for _, e := range slices.Backward(es) {
			if e.Said != "" {
				lines = append(lines, webchat.Line{At: e.At, Mine: true, Message: bot.Outbound{Text: e.Said}})
			}
			for _, reply := range e.Replies {
				lines = append(lines, webchat.Line{At: e.At, Message: bot.Outbound{Text: reply}})
			}
		}
		if n := len(lines); n > 0 {
			lines[n-1].Message.Buttons = state.Offered
		}
		if err != nil {
			return err
		}
		told, err := a.told(tx, c)
		for _, m := range told {
			if len(es) < chatHistory || m.At.After(es[len(es)-1].At) { // nothing older is shown
				lines = append(lines, webchat.Line{At: m.At, Message: m.Message})
			}
		}
		slices.SortStableFunc(lines, func(a, b webchat.Line) int { return a.At.Compare(b.At) })
		return err
	})
	return lines, err
}

// told is what people of the municipality answered somebody, which no record of a conversation holds: of a case it would say whose
// that is. A page that was closed meanwhile has it from nowhere else.
func (a *App) told(tx store.Tx, c bot.Citizen) ([]notice.Told, error) {
	lang := cmp.Or(c.Language, a.library().Place().Languages[0])
	ofCases, err := a.cases.Told(tx, c.ID, lang)
	if err != nil {
		return nil, err
	}
	ofQuestions, err := a.questions.Told(tx, c.ID, lang)
	return append(ofCases, ofQuestions...), err
}

// secretFile reads the secret at path, or makes one. Losing it makes every visitor of the web chat a newcomer.
func secretFile(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) >= 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("the file %s cannot be read: give this user the right to it", path)
	}
	key = make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	if err := os.WriteFile(path, key, 0o600); err != nil {
		return nil, fmt.Errorf("the file %s cannot be written: make sure that the disk has room and that you may write there", path)
	}
	return key, nil
}
