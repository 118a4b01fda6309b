package answer

import (
	"strings"

	"ogpbot/bot"
)

// asks is a set of kinds of detail, finer than bot.Detail.
type asks uint16

const (
	askCase asks = 1 << iota
	askPrice
	askPhone
	askWhy
	askWho
	askHour
	askDate
	askWhen
	askAddress
	askNumber
)

// detailOrder says what each kind is called outside, the most telling first.
var detailOrder = [...]struct {
	ask    asks
	detail bot.Detail
}{
	{askCase, bot.DetailCase}, {askPrice, bot.DetailPrice}, {askPhone, bot.DetailPhone}, {askWhy, bot.DetailWhy},
	{askWho, bot.DetailWho}, {askHour, bot.DetailWhen}, {askDate, bot.DetailWhen}, {askWhen, bot.DetailWhen},
	{askAddress, bot.DetailWhere}, {askNumber, bot.DetailNumber},
}

// detailCues holds how people ask for each kind, in Georgian, English and French.
var detailCues = [...]struct {
	ask  asks
	list string
}{
	{askCase, `შემიმოწმ*, შეამოწმ*, გადაამოწმ*, მომიძებნ*, გვარით, მოძებნ* გვარ*, სტატუს* განაცხად*, სტატუს* განცხად*, სტატუს* საქმ*, რა_სტატუს*, რა_ეტაპზეა ჩემ*,
		ჩემი_განაცხად*, ჩემი_განცხად*, ჩემმა_განცხად*, ჩემს_განცხად*, ჩემი_საჩივ*, ჩემს_საჩივ*, ჩემი_პეტიცი*, ჩვენი_პეტიცი*, ჩემი_რიგ*, ბავშვის_რიგ*, ჩემი_საქმე რა_ეტაპზ*, ჩემი_საქმე სტატუს*, ჩემი_საქმე როდის, ჩემი_ჯარიმ*,
		ჩემი დავალიანებ*, ჩემი_გადასახად*, ჩემს_სახელზე, ჩემი_სახლისთვის, *ეს_თუ_არა, *ეს_თუ_ვერა, *ეს_თუ_ჯერ, *ეს_უკვე_თუ, რა_ბედი, რა_უქნ*, სად_წაიყვან*, ჩემი_ბინ* რამდენ*,
		ჩემი_პროექტი რატომ, ჩემი_პროექტი *ეს, რიგი_როდის_მოვა, როდის_იქნება_მზად, მზად როდის_იქნება, უპასუხოდ, აქამდე_არავინ, რატომ_არ_მოვიდ*,
		my_application status, my_application when, my_application approved, my_request status, my_petition decided, my_petition considered_yet, my_complaint status, my_fine, check_my, status of_my, my_case, has_my, have_you_fixed,
		mon_dossier, ma_demande, ma_plainte, ma_pétition, mon_amende, mon_projet`},
	{askPrice, `ღირს, ღირდა, ღირებულ*, ფასი, ფასები, რა_ფას*, ფასიან*, უფასო, უფასოა, რამდენ* ლარ*, რამდენ* თეთრ*, რა_თანხ*, რამდენ* თანხ*, რამდენ* ფულ*, მოსაკრებელი რამდენ*, მოსაკრებელი რა, ხელფას*, ჯარიმა_რამდენ*, ჯარიმა რამდენია,
		დავალიანებ* რამდენ*, რა_ჯდება, რამდენ* ჯდება, რა_უნდა_გადა*, რამდენ* გადა*, რამდენს_ვიხდი*, რამდენს_მახდევინ*, რამდენს_იხდი*, ბილეთ* რამდენ*, ფული_უნდა, ფულს_იხდი*,
		how_much, cost, costs, price, fee, fees, free, salary, fare,
		coûte, coute, prix, tarif, gratuit, gratuite, salaire, combien_ça, combien d'argent, quel_montant, payant`},
	{askPhone, `ტელეფონის_ნომ*, ტელეფონი_მომ*, ტელეფონი_მინდა, ტელეფონიც_მინდა, ტელეფონი_მითხ*, მობილურ* ნომ*, მობილური_მომ*, ნომერი_მომ*, ნომერი_მით*, ნომერი_დაწ*, ნომერი_რა*, ნომერი_მინდა, ნომერი_გაქვ*, რა_ნომერ*, რომელ_ნომერზე, მომეცი*_ნომერ*, ცხელ* ხაზ* ნომ*, საკონტაქტო_ნომ*,
		phone_number, telephone_number, contact_number, which_number, what_number, email_address, your_phone, your_email, numéro_de, quel_numéro, téléphone_de, votre_téléphone, adresse_mail, adresse_email, adresse_e`},
	{askWhy, `რატომ, რატო, რატომაა, რატომღა, რეიზა, რეიზე, რეიზენ, რეიზაა, რა_მიზეზ*, მიზეზი, პრიჩინა, what_reason, why, pourquoi, raison`},
	{askWho, `ვინ_არის, ვინ_არი, ვინაა, ვინ_არიან, რა_ჰქვია, რა_ქვია, რა_გვარ*, გვარი_რა*, რა_სახელი, who_is, who_are, whose_name, name_of, qui_est, qui_sont, s_appelle`},
	{askHour, `რომელ_საათ*, რამდენ_საათ*, რა_საათ*, რომელ* დილით, what_time, what_hour, which_hour, exact_time, day_and_hour, quelle_heure, à_quelle_heure`},
	{askDate, `რომელ_რიცხვ*, რა_რიცხვში, რომელ_დღე*, რა_დღე*, ზუსტ*_თარიღ*, რა_თარიღ*, რომელ_თარიღ*, კონკრეტულად რომელ*, exact_date, what_date, which_day, what_day, next_date, quelle_date, quel_jour`},
	{askWhen, `როდის, როდისაა, როდისღა, როდისთვის, როდემდე, როდიდან, როის, რომელ_თვე*, რომელ_წელ*, რომელი_წლ*, რომელ_წლ*, რამდენ_ხან*, რამდენ_დღე*, რა_ვადა*, რამდენ_თვე*, რამდენი_წელი*, რამდენ_წელ*, რა_დრო*, რა_დროს,
		when, how_long, deadline, how_soon, quand, combien_de_temps, délai, combien_de_jours, date_limite`},
	{askAddress, `მისამართი_მით*, მისამართი_მომ*, მისამართი_რა*, მისამართი_მინდა, მისამართი_დაწ*, რა_მისამართ*, სად_მდებარე*, რომელ_ქუჩაზეა, what address, the_address, street_address, located, quelle_adresse, l_adresse, adresse_exacte, située`},
	{askNumber, `რამდენი, რამდენია, რამდენმა, რამდენს, რამდენით, რამდენჯერ, რა_რაოდენობ*, how_many, combien`},
}

// parseDetails makes the cues ready.
func parseDetails() []*cues {
	var all []*cues
	for _, d := range detailCues {
		all = append(all, parseCues(d.list))
	}
	return all
}

// asked gives the kinds of detail that words ask for. "How many" counts only where it is not
// how much money, or how long.
func (m *Model) asked(words []word) asks {
	var a asks
	for i, d := range detailCues {
		if m.details[i].in(words) {
			a |= d.ask
		}
	}
	if a&(askPrice|askWhen|askHour|askDate|askWho) != 0 {
		a &^= askNumber
	}
	return a
}

// missing gives the detail that words ask for and that the entry does not hold.
func (m *Model) missing(entry int, words []word) bot.Detail {
	lacks := m.asked(words) &^ asks(m.holds[entry])
	for _, d := range detailOrder {
		if lacks&d.ask != 0 {
			return d.detail
		}
	}
	return ""
}

// heldBy gives the kinds of detail that an entry holds: what it states, or else what is asked of it and what can be
// read in its answer.
func (m *Model) heldBy(e bot.Entry) asks {
	var a asks
	for _, t := range e.Tells {
		for _, d := range detailOrder {
			if d.detail == t {
				a |= d.ask
			}
		}
	}
	if e.Tells == nil {
		a |= m.askedOf(e)
		for _, l := range m.languages {
			a |= readIn(e.Answer[l])
		}
	}
	return a
}

// askedOf gives the kinds of detail that an entry's own question, or enough of its phrasings, ask for.
func (m *Model) askedOf(e bot.Entry) asks {
	var a asks
	count, total := map[asks]int{}, 0
	tally := func(text string, own bool) {
		said := m.asked(m.vocab.appendWords(nil, text))
		if own {
			a |= said
		}
		total++
		for _, d := range detailOrder {
			if said&d.ask != 0 {
				count[d.ask]++
			}
		}
	}
	for _, l := range m.languages {
		tally(e.Question[l], true)
		for _, p := range e.Phrasings[l] {
			tally(p, false)
		}
	}
	for ask, n := range count {
		if n >= 3 && n*heldShare >= total {
			a |= ask
		}
	}
	return a
}

// heldShare: an entry holds a kind of detail if at least one in heldShare of its phrasings asks for it.
const heldShare = 8

// readIn gives the kinds of detail that show in the text of an answer.
func readIn(text string) asks {
	var a asks
	lower := strings.ToLower(text)
	has := func(words string) bool {
		for w := range strings.FieldsSeq(words) {
			if strings.Contains(lower, w) {
				return true
			}
		}
		return false
	}
	digits, clock, long := figures(lower)
	month := has(`იანვ თებერვ მარტ აპრილ მაის ივნის ივლის აგვისტ სექტემბ ოქტომბ ნოემბ დეკემბ january february march april june july august
		september october november december janvier février mars avril juin juillet août septembre octobre novembre décembre`)
	weekday := has(`ორშაბათ სამშაბათ ოთხშაბათ ხუთშაბათ პარასკევ ყოველდღე monday tuesday wednesday thursday friday lundi mardi mercredi jeudi vendredi`)
	if digits {
		a |= askNumber
	}
	if clock {
		a |= askHour | askWhen
	}
	if weekday || month && digits {
		a |= askDate | askWhen
	}
	if month || digits && has(`დღე თვე წელ წლ day month year jour mois année`) || has(`კვარტალ წელიწად თვეში`) {
		a |= askWhen
	}
	if digits && has(`ლარ თეთრ gel lari ₾`) || has(`უფასო free gratuit`) {
		a |= askPrice
	}
	if long || has(`@`) {
		a |= askPhone
	}
	if digits && has(`ქუჩა street rue`) {
		a |= askAddress
	}
	return a
}

// figures says whether text has digits, a time of day, and a number as long as a telephone's.
func figures(text string) (digits, clock, long bool) {
	run := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits = true
			run++
			long = long || run >= 6
		case c == ' ' || c == '-':
		default:
			clock = clock || c == ':' && run > 0 && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '5'
			run = 0
		}
	}
	return digits, clock, long
}
