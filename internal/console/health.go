package console

import "context"

// ailing is what is wrong with the program and how to mend it, for those who can; nothing if all is well.
func (q *request) ailing(ctx context.Context) []section {
	if q.c.cfg.Ailments == nil || !q.may(staffers) {
		return nil
	}
	all, err := q.c.cfg.Ailments(ctx, q.lang)
	if err != nil {
		q.c.cfg.Logger.Error("console: what is wrong with the program could not be read", "error", err)
		return nil
	}
	if len(all) == 0 {
		return nil
	}
	return []section{{ID: "ailing", Title: q.Say("console-health.title"), Ailing: all}}
}
