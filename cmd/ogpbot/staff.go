package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"

	"ogpbot/bot"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
)

type staffCommand struct {
	Add     staffAdd     `cmd:"" help:"Make an account and print the one-time code that links it with its owner's chat."`
	Code    staffCode    `cmd:"" help:"Print a new one-time code for an account, such as for a new telephone."`
	List    staffList    `cmd:"" help:"List the accounts."`
	Disable staffDisable `cmd:"" help:"Take everything from an account that it may do, at once."`
	Enable  staffEnable  `cmd:"" help:"Give a disabled account back what it may do."`
	Bar     staffBar     `cmd:"" help:"Have the bot answer whoever filed a case no more, danger to life apart."`
	Unbar   staffUnbar   `cmd:"" help:"Take that back."`
}

type staffAdd struct {
	Login   string   `required:"" placeholder:"L" help:"Short name: 1 to 32 of a-z, 0-9, dots and hyphens."`
	Name    string   `required:"" placeholder:"N" help:"Name that colleagues know the person by."`
	Role    string   `required:"" placeholder:"R" help:"observer (reads numbers), village (administers villages), staff (the whole municipality) or owner (and manages accounts)."`
	Village []string `placeholder:"V" help:"Id of a village that the role village administers; repeat it for more."`

	Integrity bool `help:"May read integrity cases; for the roles staff and owner."`
}

// Run prints the code; it can be seen this once only.
func (c staffAdd) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		code, err := admin.AddStaff(ctx, bot.Account{Login: c.Login, Name: c.Name, Role: bot.Role(c.Role), Villages: c.Village, Integrity: c.Integrity})
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "The account %s is made.\n", c.Login)
		return printCode(t, code)
	})
}

type staffBar struct {
	Case   string `arg:"" help:"Number of the case."`
	Reason string `required:"" placeholder:"TEXT" help:"Why; the audit trail keeps it."`
}

// Run blocks somebody without saying who they are.
func (c staffBar) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		if err := admin.Bar(ctx, app.Barring{Case: c.Case, Reason: c.Reason}); err != nil {
			return err
		}
		_, err := fmt.Fprintln(t.out, "The bot answers them no more. If a life is in danger, it still shows the 112 card.")
		return err
	})
}

type staffUnbar struct {
	Case string `arg:"" help:"Number of the case."`
}

// Run takes a block back.
func (c staffUnbar) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		if err := admin.Bar(ctx, app.Barring{Case: c.Case, Back: true}); err != nil {
			return err
		}
		_, err := fmt.Fprintln(t.out, "The bot answers them again.")
		return err
	})
}

type staffCode struct {
	Login string `arg:"" help:"Whose code."`
}

// Run prints a code in place of the one before.
func (c staffCode) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		code, err := admin.StaffCode(ctx, c.Login)
		if err != nil {
			return err
		}
		return printCode(t, code)
	})
}

func printCode(t terminal, code string) error {
	_, err := fmt.Fprintf(t.out, `One-time code: %[1]s
Whom it is for sends this to the bot, in their own chat, within %[2]d days:
  /staff %[1]s
It is not shown again; ogpbot staff code makes a new one.
`, code, int(bot.StaffCodeTime.Hours()/24))
	return err
}

type staffList struct{}

// Run prints a table.
func (staffList) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		all, err := admin.Staff(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			_, err := fmt.Fprintln(t.out, "There are no accounts yet: make one with ogpbot staff add.")
			return err
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "LOGIN\tNAME\tROLE\tVILLAGES\tLINKED\tSTATE")
		for _, a := range all {
			linked, state := "no", "active"
			if a.Citizen != "" {
				linked = "yes"
			}
			if a.Disabled {
				state = "disabled"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Login, a.Name, a.Role, cmp.Or(strings.Join(a.Villages, ", "), "-"), linked, state)
		}
		return w.Flush()
	})
}

type staffDisable struct {
	Login string `arg:"" help:"Which account."`
}

// Run works at once, in every chat that is open too.
func (c staffDisable) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		if err := admin.DisableStaff(ctx, c.Login); err != nil {
			return err
		}
		_, err := fmt.Fprintf(t.out, "The account %s is disabled.\n", c.Login)
		return err
	})
}

type staffEnable struct {
	Login string `arg:"" help:"Which account."`
}

// Run leaves the account linked with the chat that it was linked with.
func (c staffEnable) Run(ctx context.Context, cfg config.Config, t terminal, log *slog.Logger) error {
	return administer(cfg, log, func(admin *app.AdminClient) error {
		if err := admin.EnableStaff(ctx, c.Login); err != nil {
			return err
		}
		_, err := fmt.Fprintf(t.out, "The account %s is enabled.\n", c.Login)
		return err
	})
}
