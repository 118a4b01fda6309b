package main

import (
	"os"
	"syscall"
)

// dataSync is what bbolt does after each commit.
func dataSync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
