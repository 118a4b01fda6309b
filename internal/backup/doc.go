// Package backup keeps copies as files: written whole or not at all, sealed for a recipient, dated, and the oldest dropped.
// What is in a copy is the affair of whoever makes it.
//
// It owns filippo.io/age, and imports durable.
//
// Guarantees: a file has its name only once its content is on the disk, and its mode is 0600; a file of that name which was
// there before stays until then. Nothing is written through a link that somebody put in the way. What a killed process left
// is removed by the next one. Rotation touches only names that Name gives.
//
// # Why
//
// Whatever is not finished is in a folder of its own, which only this user can enter: programs that make a copy open files by
// name, and in a folder that others can write to they could be led elsewhere.
package backup
