package answer

import "ogpbot/bot"

func toPh(m map[string][]string) map[bot.Language][]string {
	o := map[bot.Language][]string{}
	for k, v := range m {
		o[bot.Language(k)] = v
	}
	return o
}
