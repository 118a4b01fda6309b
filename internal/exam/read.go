package exam

import (
	"fmt"
	"os"
	"strings"

	"ogpbot/bot"
)

// Read reads question files: id<TAB>lang<TAB>text lines; the header line may be left out, lang may be empty.
func Read(files ...string) ([]Question, error) {
	var qs []Question
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("the file %s cannot be read: check its name", name)
		}
		number := 0
		for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
			number++
			line = strings.TrimRight(line, "\r\n")
			if line == "" || line == "id\tlang\ttext" {
				continue
			}
			cols := strings.SplitN(line, "\t", 3)
			if len(cols) != 3 {
				return nil, fmt.Errorf("%s:%d: write id, lang and text, separated by tabs", name, number)
			}
			qs = append(qs, Question{cols[0], bot.Language(cols[1]), cols[2]})
		}
	}
	return qs, nil
}
