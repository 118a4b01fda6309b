package notice

import (
	"time"

	"ogpbot/bot"
)

// Told is something that somebody was told.
type Told struct {
	At      time.Time // UTC
	Message bot.Outbound
}
