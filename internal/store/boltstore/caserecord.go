package boltstore

import (
	"math"

	"ogpbot/bot"
)

func writeCase(f filed) []byte {
	w := writer{make([]byte, 0, 1024)}
	w.num(1, f.Version)
	w.num(2, f.seq)
	w.text(3, string(f.Citizen))
	w.text(4, string(f.Kind))
	w.text(5, f.Village)
	w.text(6, f.Commitment)
	w.num(7, uint64(f.Score))
	w.text(8, f.Text)
	for _, m := range f.Media {
		writeMedia(&w, 9, m)
	}
	w.num(10, math.Float64bits(f.Spot.Lat))
	w.num(11, math.Float64bits(f.Spot.Long))
	w.flag(12, f.Anonymous)
	w.flag(13, f.Relay)
	w.text(14, string(f.Language))
	w.time(15, f.Created)
	w.time(16, f.Updated)
	w.time(17, f.Due)
	w.text(18, string(f.State))
	w.text(19, f.Assigned)
	w.text(20, f.Reason)
	w.text(21, f.Original)
	w.time(22, f.Asked)
	w.num(23, uint64(f.Reopened))
	w.flag(24, f.bare)
	return w.b
}

func readCase(v []byte) (f filed, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			f.Version = r.n
		case 2:
			f.seq = r.n
		case 3:
			f.Citizen = bot.CitizenID(r.text())
		case 4:
			f.Kind = bot.CaseKind(r.text())
		case 5:
			f.Village = r.text()
		case 6:
			f.Commitment = r.text()
		case 7:
			f.Score = int(r.n)
		case 8:
			f.Text = r.text()
		case 9:
			f.Media = append(f.Media, readMedia(&r))
		case 10:
			f.Spot.Lat = math.Float64frombits(r.n)
		case 11:
			f.Spot.Long = math.Float64frombits(r.n)
		case 12:
			f.Anonymous = r.n != 0
		case 13:
			f.Relay = r.n != 0
		case 14:
			f.Language = bot.Language(r.text())
		default:
			readCaseCourse(&r, &f)
		}
	}
	return f, r.err
}

// readCaseCourse reads how far a case has come.
func readCaseCourse(r *reader, f *filed) {
	switch r.field {
	case 15:
		f.Created = r.time()
	case 16:
		f.Updated = r.time()
	case 17:
		f.Due = r.time()
	case 18:
		f.State = bot.CaseState(r.text())
	case 19:
		f.Assigned = r.text()
	case 20:
		f.Reason = r.text()
	case 21:
		f.Original = r.text()
	case 22:
		f.Asked = r.time()
	case 23:
		f.Reopened = int(r.n)
	case 24:
		f.bare = r.n != 0
	}
}

func writeEvent(e bot.CaseEvent) []byte {
	w := writer{make([]byte, 0, 256)}
	w.time(1, e.At)
	w.text(2, e.By)
	w.text(3, string(e.From))
	w.text(4, string(e.To))
	w.text(5, e.Text)
	w.flag(6, e.Internal)
	w.text(7, string(e.Citizen))
	w.text(8, e.Assigned)
	return w.b
}

func readEvent(v []byte) (e bot.CaseEvent, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			e.At = r.time()
		case 2:
			e.By = r.text()
		case 3:
			e.From = bot.CaseState(r.text())
		case 4:
			e.To = bot.CaseState(r.text())
		case 5:
			e.Text = r.text()
		case 6:
			e.Internal = r.n != 0
		case 7:
			e.Citizen = bot.CitizenID(r.text())
		case 8:
			e.Assigned = r.text()
		}
	}
	return e, r.err
}
