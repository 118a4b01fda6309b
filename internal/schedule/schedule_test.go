package schedule

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	tbilisi = "Asia/Tbilisi"
	berlin  = "Europe/Berlin"
)

var errFull = errors.New("disk full")

func TestRunsAtTheTimeOfThePlace(t *testing.T) {
	for name, utc := range map[string]string{tbilisi: "05:00", berlin: "07:00"} {
		t.Run(name, func(t *testing.T) {
			play(t, name, "2026-07-06 08:00", func(b *bench) {
				b.start(b.job("0 9 * * *", nil))
				b.until("2026-07-08 12:00")
				b.want("2026-07-06 09:00", "2026-07-07 09:00", "2026-07-08 09:00")
				if got := b.memory.last["digest"].Format("15:04"); got != utc {
					t.Errorf("remembered %s UTC, want %s", got, utc)
				}
			})
		})
	}
}

func TestTwoJobsDoNotWaitForEachOther(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		slow := Job{Name: "slow", Spec: "0 9 * * *", Run: func(ctx context.Context, _ time.Time) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		b.start(slow, b.job("0 9,10 * * *", nil))
		b.until("2026-07-06 10:30")
		b.want("2026-07-06 09:00", "2026-07-06 10:00")
	})
}

func TestANewcomerMakesUpNothing(t *testing.T) {
	play(t, tbilisi, "2026-07-06 10:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.until("2026-07-06 20:00")
		b.want()
		b.restart("2026-07-07 12:00", daily) // it is known now, though it never ran
		b.want("2026-07-07 09:00 at 2026-07-07 12:00")
	})
}

func TestARestartDoesNotRunASlotAgain(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.until("2026-07-06 09:00")
		b.restart("2026-07-06 09:01", daily)
		b.until("2026-07-06 23:00")
		b.want("2026-07-06 09:00")
	})
}

func TestAMissedRunIsMadeUpOnce(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.restart("2026-07-06 12:00", daily)
		b.until("2026-07-06 13:00")
		b.restart("2026-07-06 14:00", daily)
		b.until("2026-07-07 09:00")
		b.want("2026-07-06 09:00 at 2026-07-06 12:00", "2026-07-07 09:00")
		if b.logs.count("a missed run is made up") != 1 {
			t.Errorf("log: %s", &b.logs)
		}
	})
}

func TestAMissedRunThatIsTooOldIsSkipped(t *testing.T) {
	for _, c := range []struct {
		name, back string
		maxAge     time.Duration
		want       []string
	}{
		{"23 h", "2026-07-07 08:00", 0, []string{"2026-07-06 09:00 at 2026-07-07 08:00"}},
		{"24 h", "2026-07-07 09:00", 0, nil},
		{"30 h", "2026-07-07 15:00", 0, nil},
		{"30 h of 48", "2026-07-07 15:00", 48 * time.Hour, []string{"2026-07-06 09:00 at 2026-07-07 15:00"}},
		{"3 h of 2", "2026-07-06 12:00", 2 * time.Hour, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
				weekly := b.job("0 9 * * mon", nil)
				weekly.MaxAge = c.maxAge
				b.start(weekly)
				b.restart(c.back, weekly)
				b.until("2026-07-08 00:00")
				b.restart("2026-07-08 01:00", weekly)
				b.until("2026-07-13 10:00")
				b.want(append(c.want, "2026-07-13 09:00")...)
				if skipped := b.logs.count("is skipped"); skipped != 1-len(c.want) {
					t.Errorf("%d skipped in the log: %s", skipped, &b.logs)
				}
			})
		})
	}
}

func TestMissedRunsCollapseToTheLatest(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.restart("2026-07-08 12:00", daily)
		b.until("2026-07-09 09:00")
		b.want("2026-07-08 09:00 at 2026-07-08 12:00", "2026-07-09 09:00")
	})
}

func TestEvery(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:10", func(b *bench) {
		every := b.job("@every 90m", nil)
		time.Sleep(700 * time.Millisecond)
		b.start(every)
		if kept := b.memory.last["digest"]; kept.Nanosecond() != 0 {
			t.Errorf("kept %v, want whole seconds", kept)
		}
		b.until("2026-07-06 12:00")
		b.restart("2026-07-06 17:50", every)
		b.until("2026-07-06 19:00")
		b.want("2026-07-06 09:40", "2026-07-06 11:10", "2026-07-06 17:10 at 2026-07-06 17:50", "2026-07-06 18:40")
	})
}

func TestEveryMayBeLongerThanMaxAge(t *testing.T) {
	play(t, tbilisi, "2026-07-06 09:00", func(b *bench) {
		b.start(b.job("@every 48h", nil))
		b.until("2026-07-11 00:00")
		b.want("2026-07-08 09:00", "2026-07-10 09:00")
	})
}

func TestAFailureIsTriedAgain(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		left := 2
		b.start(b.job("0 9 * * *", func(context.Context) error {
			if left--; left >= 0 {
				return errFull
			}
			return nil
		}))
		b.until("2026-07-07 09:00")
		b.want("2026-07-06 09:00", "2026-07-06 09:00 at 2026-07-06 09:01", "2026-07-06 09:00 at 2026-07-06 09:03", "2026-07-07 09:00")
		if b.logs.count("level=WARN") != 2 || b.logs.count("level=ERROR") != 0 {
			t.Errorf("log: %s", &b.logs)
		}
	})
}

func TestAJobThatKeepsFailingIsGivenUpUntilItsNextTime(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		failing := b.job("0 9 * * *", func(context.Context) error { return errFull })
		b.start(failing)
		b.until("2026-07-06 12:00")
		b.restart("2026-07-06 13:00", failing)
		b.until("2026-07-07 09:00")
		b.want("2026-07-06 09:00", "2026-07-06 09:00 at 2026-07-06 09:01", "2026-07-06 09:00 at 2026-07-06 09:03", "2026-07-07 09:00")
		if b.logs.count("is given up") != 1 {
			t.Errorf("log: %s", &b.logs)
		}
	})
}

func TestAPanicHarmsNothingElse(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		panicking := Job{Name: "panics", Spec: "0 9 * * *", Run: func(context.Context, time.Time) error {
			panic(errors.New("the words of Nino"))
		}}
		b.start(panicking, b.job("0 9 * * *", nil))
		b.until("2026-07-07 10:00")
		b.want("2026-07-06 09:00", "2026-07-07 09:00")
		if b.logs.count("a job panicked") != 6 || b.logs.count("is given up") != 2 {
			t.Errorf("log: %s", &b.logs)
		}
		if log := b.logs.String(); !strings.Contains(log, "*errors.errorString") || !strings.Contains(log, "schedule_test.go") || strings.Contains(log, "Nino") {
			t.Errorf("the log must hold the type and the stack of the panic, and not its value: %s", log)
		}
	})
}

func TestAJobNeverRunsTwiceAtOnce(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		running := 0
		b.start(b.job("*/10 * * * *", func(context.Context) error {
			if running++; running > 1 {
				t.Error("two runs at once")
			}
			time.Sleep(25 * time.Minute) // false time
			running--
			return nil
		}))
		b.until("2026-07-06 10:00")
		b.want("2026-07-06 09:00", "2026-07-06 09:20 at 2026-07-06 09:25", "2026-07-06 09:50")
	})
}

func TestAClockSetForwardIsNoticedWithinAMinute(t *testing.T) {
	play(t, tbilisi, "2026-07-06 06:00", func(b *bench) {
		b.start(b.job("0 9 * * *", nil))
		b.until("2026-07-06 06:10")
		b.set("2026-07-06 09:00")
		time.Sleep(check)
		synctest.Wait()
		b.until("2026-07-06 12:00")
		b.set("2026-07-07 13:00") // or the machine slept
		time.Sleep(check)
		synctest.Wait()
		b.want("2026-07-06 09:00", "2026-07-07 09:00 at 2026-07-07 13:00")
	})
}

func TestAClockSetBackRunsNoSlotAgain(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		hourly := b.job("@hourly", nil)
		b.start(hourly)
		b.until("2026-07-06 10:30")
		b.set("2026-07-06 08:30")
		b.until("2026-07-06 09:30")
		b.restart("2026-07-06 09:45", hourly)
		b.until("2026-07-06 11:30")
		b.want("2026-07-06 09:00", "2026-07-06 10:00", "2026-07-06 11:00")
	})
}

func TestAMachineThatWakesUpInThePastRunsNothingUntilItsClockIsSet(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.until("2026-07-06 10:00")
		b.set("2000-01-01 08:50")
		b.restart("2000-01-01 08:55", daily)
		b.until("2000-01-01 09:40")
		b.set("2026-07-06 12:00")
		b.until("2026-07-06 13:00")
		b.set("2000-01-01 08:30") // its hour begins anew
		b.until("2000-01-01 09:20")
		b.set("2026-07-06 14:00")
		b.until("2026-07-07 10:00")
		b.want("2026-07-06 09:00", "2026-07-07 09:00")
		if b.logs.count("Set the clock if it is wrong") != 2 || b.logs.count("begins anew") != 0 {
			t.Errorf("log: %s", &b.logs)
		}
	})
}

func TestAJobIsNotSilentForYearsBecauseTheClockWasAhead(t *testing.T) {
	play(t, tbilisi, "2036-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.until("2036-07-06 10:00")
		b.set("2026-07-06 07:00")
		b.until("2026-07-07 10:00")
		b.restart("2026-07-07 11:00", daily)
		b.until("2026-07-08 10:00")
		b.want("2036-07-06 09:00", "2026-07-06 09:00", "2026-07-07 09:00", "2026-07-08 09:00")
		if b.logs.count("begins anew") != 1 {
			t.Errorf("log: %s", &b.logs)
		}
	})
}

func TestClocksThatChange(t *testing.T) {
	for _, c := range []struct {
		name, spec, start, end string
		want                   []string
	}{
		{"autumn shows 02:30 twice", "30 2 * * *", "2026-10-24 12:00", "2026-10-26 12:00", []string{"2026-10-25 02:30", "2026-10-26 02:30"}},
		{"spring skips 02:30", "30 2 * * *", "2026-03-28 12:00", "2026-03-30 12:00", []string{"2026-03-29 02:30", "2026-03-30 02:30"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, berlin, c.start, func(b *bench) {
				if strings.HasPrefix(c.name, "spring") {
					c.want[0] = "2026-03-29 03:00"
				}
				b.start(b.job(c.spec, nil))
				b.until(c.end)
				b.want(c.want...)
			})
		})
	}
	t.Run("a restart in the second 02:40", func(t *testing.T) {
		play(t, berlin, "2026-10-25 01:00", func(b *bench) {
			daily := b.job("30 2 * * *", nil)
			b.start(daily)
			time.Sleep(2*time.Hour + 10*time.Minute) // 02:10 again
			if err := b.stop(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(30 * time.Minute)
			b.start(daily)
			b.until("2026-10-25 12:00")
			b.want("2026-10-25 02:30")
		})
	})
}

func TestMemoryThatCannotBeWrittenRunsNothingTwice(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.memory.fail(nil, errFull)
		b.until("2026-07-06 10:00")
		b.memory.fail(nil, nil)
		b.until("2026-07-06 10:02")
		b.restart("2026-07-06 11:00", daily)
		b.until("2026-07-06 12:00")
		b.want("2026-07-06 09:00")
		if n := b.memory.written; n != 2 { // the start and the slot
			t.Errorf("written %d times, want 2", n)
		}
	})
}

func TestMemoryThatCannotBeWrittenInTheEnd(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.memory.fail(nil, errFull)
		b.until("2026-07-06 10:00")
		if err := b.stop(); !errors.Is(err, errFull) || !strings.Contains(err.Error(), "digest") {
			t.Errorf("error %v, want one of the disk that names the job", err)
		}
		b.memory.fail(nil, nil)
		b.start(daily) // nobody knows any more
		b.want("2026-07-06 09:00", "2026-07-06 09:00 at 2026-07-06 10:00")
	})
}

func TestMemoryThatCannotBeReadIsAskedAgain(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:00", func(b *bench) {
		daily := b.job("0 9 * * *", nil)
		b.start(daily)
		b.until("2026-07-06 09:00")
		b.memory.fail(errFull, nil)
		b.restart("2026-07-07 08:00", daily)
		b.until("2026-07-07 11:00")
		b.want("2026-07-06 09:00")
		b.memory.fail(nil, nil)
		b.until("2026-07-07 12:00")
		b.want("2026-07-06 09:00", "2026-07-07 09:00 at 2026-07-07 11:01")

		b.memory.fail(errFull, nil)
		b.restart("2026-07-07 12:30", daily)
		if err := b.stop(); err != nil { // while it waits
			t.Error(err)
		}
	})
}

func TestStopWaitsForARunAndKeepsThatItIsDone(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		daily := b.job("0 9 * * *", func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(10 * time.Second) // false time
			return nil
		})
		b.start(daily)
		b.until("2026-07-06 09:05")
		began := time.Now()
		b.restart("2026-07-06 09:10", daily)
		if took := time.Since(began); took < 10*time.Second {
			t.Errorf("did not wait for the run: %v", took)
		}
		b.until("2026-07-06 12:00")
		b.want("2026-07-06 09:00")
	})
}

func TestARunThatWasCutShortIsRunAgainForItsSlot(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		begun := b.memory.last // what a crash in the midst of a run leaves
		daily := b.job("0 9 * * *", func(ctx context.Context) error {
			if last := begun["digest"].In(b.zone).Format("15:04"); last != "08:59" {
				t.Errorf("%s is kept as done before the run has ended", last)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
			}
			return ctx.Err()
		})
		b.start(daily)
		b.until("2026-07-06 09:00")
		b.restart("2026-07-06 09:10", daily)
		b.until("2026-07-06 12:00")
		b.want("2026-07-06 09:00", "2026-07-06 09:00 at 2026-07-06 09:10")
		if b.logs.count("was cut short") != 1 || b.logs.count("level=ERROR") != 0 {
			t.Errorf("log: %s", &b.logs)
		}
	})
}

func TestAStopBetweenTwoTriesLeavesTheSlotOpen(t *testing.T) {
	play(t, tbilisi, "2026-07-06 08:59", func(b *bench) {
		down := true
		daily := b.job("0 9 * * *", func(context.Context) error {
			if down {
				return errFull
			}
			return nil
		})
		b.start(daily)
		b.until("2026-07-06 09:02")
		down = false
		b.restart("2026-07-06 09:10", daily)
		b.until("2026-07-06 12:00")
		b.want("2026-07-06 09:00", "2026-07-06 09:00 at 2026-07-06 09:01", "2026-07-06 09:00 at 2026-07-06 09:10")
	})
}

func TestWithoutJobsRunWaitsForTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Config{Zone: time.UTC, Memory: &memory{}, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := s.Run(ctx); err != nil || ctx.Err() == nil {
			t.Errorf("returned before the end, or with an error: %v", err)
		}
	})
}

func TestNewRefusesWrongJobs(t *testing.T) {
	run := func(context.Context, time.Time) error { return nil }
	for _, c := range []struct {
		want string
		jobs []Job
	}{
		{"give it a name", []Job{{Spec: "@daily", Run: run}}},
		{`job "a": another job has this name`, []Job{{Name: "a", Spec: "@daily", Run: run}, {Name: "a", Spec: "@daily", Run: run}}},
		{`job "a": it has nothing to run`, []Job{{Name: "a", Spec: "@daily"}}},
		{`job "a": its MaxAge of 1s is too short`, []Job{{Name: "a", Spec: "@daily", Run: run, MaxAge: time.Second}}},
		{`job "a": "@reboot" is not a time`, []Job{{Name: "a", Spec: "@reboot", Run: run}}},
		{"\nschedule: job \"b\":", []Job{{Name: "a", Run: run}, {Name: "b", Run: run}}},
	} {
		_, err := New(Config{Zone: time.UTC, Jobs: c.jobs, Memory: &memory{}, Logger: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("a Scheduler without a zone was made")
	}
}
