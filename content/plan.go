package content

import (
	"go.yaml.in/yaml/v4"

	"ogpbot/bot"
)

var statuses = map[bot.Status]bool{bot.StatusUnknown: true, bot.StatusNoEvidence: true, bot.StatusNotStarted: true,
	bot.StatusLimited: true, bot.StatusSubstantial: true, bot.StatusComplete: true}

// texts decodes a list of wordings.
func (r *reader) texts(n *yaml.Node) (ts []bot.Text) {
	r.items(n, func(v *yaml.Node) { ts = append(ts, r.text(v)) })
	return ts
}

func (r *reader) status(n *yaml.Node) bot.Status {
	s := bot.Status(r.str(n))
	if !statuses[s] {
		r.wrong(n, "Use unknown, no-evidence, not-started, limited, substantial or complete", "%q is not a status", s)
	}
	return s
}

func (l *loader) plan() {
	l.lib.HasPlan = l.file(l.fsys, "plan.yaml", l.lib.PlaceData.Languages, func(r *reader, n *yaml.Node) {
		p := &l.lib.PlanData
		r.fields(n, map[string]func(*yaml.Node){
			"title":        func(v *yaml.Node) { p.Title = r.text(v) },
			"submitted":    func(v *yaml.Node) { p.Submitted = r.day(v) },
			"ended":        func(v *yaml.Node) { p.Ended = r.text(v) },
			"lead":         func(v *yaml.Node) { p.Lead = r.texts(v) },
			"vision":       func(v *yaml.Node) { p.Vision = r.texts(v) },
			"achievements": func(v *yaml.Node) { p.Achievements = r.texts(v) },
			"source":       func(v *yaml.Node) { p.Source = r.str(v) },
			"checked":      func(v *yaml.Node) { p.Checked = r.day(v) },
		})
		if p.Title == nil || p.Source == "" || p.Checked.IsZero() {
			r.wrong(n, "Add title, source and checked", "the plan lacks its title, its source or the day it was checked")
		}
	})
}

func (l *loader) commitments() {
	l.folder(l.fsys, "commitments", l.lib.PlaceData.Languages, func(_ string, r *reader, n *yaml.Node) {
		c := r.commitment(n)
		for _, other := range l.lib.CommitmentData {
			if other.ID == c.ID {
				r.wrong(n, "Give one of them another id", "the id %q is taken by another commitment", c.ID)
			}
		}
		l.lib.CommitmentData = append(l.lib.CommitmentData, c)
	})
}

func (r *reader) commitment(n *yaml.Node) bot.Commitment {
	c := bot.Commitment{Status: bot.StatusUnknown, Percent: bot.PercentUnknown}
	r.fields(n, map[string]func(*yaml.Node){
		"id":           func(v *yaml.Node) { c.ID = r.id(v) },
		"ogp":          func(v *yaml.Node) { c.OGP = r.str(v) },
		"title":        func(v *yaml.Node) { c.Title = r.text(v) },
		"official":     func(v *yaml.Node) { c.Official = r.text(v) },
		"summary":      func(v *yaml.Node) { c.Summary = r.text(v) },
		"why":          func(v *yaml.Node) { c.Why = r.text(v) },
		"start":        func(v *yaml.Node) { c.Start = r.month(v) },
		"end":          func(v *yaml.Node) { c.End = r.month(v) },
		"institutions": func(v *yaml.Node) { c.Institutions = r.texts(v) },
		"milestones": func(v *yaml.Node) {
			r.items(v, func(v *yaml.Node) { c.Milestones = append(c.Milestones, r.milestone(v)) })
		},
		"status":  func(v *yaml.Node) { c.Status = r.status(v) },
		"source":  func(v *yaml.Node) { c.Source = r.str(v) },
		"checked": func(v *yaml.Node) { c.Checked = r.day(v) },
	})
	if c.ID == "" || c.Title == nil || c.Summary == nil || c.Source == "" || c.Checked.IsZero() {
		r.wrong(n, "Add id, title, summary, source and checked", "the commitment lacks one of its required keys")
	}
	if c.End.Before(c.Start) {
		r.wrong(n, "Exchange start and end", "the commitment %q ends before it starts", c.ID)
	}
	return c
}

func (r *reader) milestone(n *yaml.Node) bot.Milestone {
	m := bot.Milestone{Status: bot.StatusUnknown, Percent: bot.PercentUnknown}
	r.fields(n, map[string]func(*yaml.Node){
		"id":     func(v *yaml.Node) { m.ID = r.id(v) },
		"title":  func(v *yaml.Node) { m.Title = r.text(v) },
		"due":    func(v *yaml.Node) { m.Due = r.month(v) },
		"status": func(v *yaml.Node) { m.Status = r.status(v) },
	})
	return m
}

func (l *loader) villages() {
	l.file(l.fsys, "villages.yaml", l.lib.PlaceData.Languages, func(r *reader, n *yaml.Node) {
		seen := map[string]bool{}
		r.items(n, func(n *yaml.Node) {
			var v bot.Village
			r.fields(n, map[string]func(*yaml.Node){
				"id":      func(n *yaml.Node) { v.ID = r.id(n) },
				"name":    func(n *yaml.Node) { v.Name = r.text(n) },
				"kind":    func(n *yaml.Node) { v.Kind = r.str(n) },
				"also":    func(n *yaml.Node) { r.items(n, func(n *yaml.Node) { v.Also = append(v.Also, r.str(n)) }) },
				"checked": func(n *yaml.Node) { v.Checked = r.day(n) },
			})
			if v.ID == "" || v.Name == nil {
				r.wrong(n, "Add id and name", "the village lacks its id or its name")
			}
			if seen[v.ID] {
				r.wrong(n, "Give one of them another id", "the id %q is taken by another village", v.ID)
			}
			seen[v.ID] = true
			l.lib.VillageData = append(l.lib.VillageData, v)
		})
	})
}
