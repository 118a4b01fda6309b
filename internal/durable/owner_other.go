//go:build !unix

package durable

// HandOver does nothing where files have no such owner.
func HandOver(string) error { return nil }
