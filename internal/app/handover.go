package app

import (
	"os"
	"path/filepath"

	"ogpbot/internal/config"
	"ogpbot/internal/durable"
)

// HandOver gives what root made in the data folder to whoever that belongs to, as durable.HandOver does; only if the folder
// holds a database of ours.
func HandOver(c config.Config) error {
	if _, err := os.Stat(filepath.Join(c.Data, databaseName)); err != nil {
		return nil //nolint:nilerr // then there is nothing of ours
	}
	return durable.HandOver(c.Data)
}
