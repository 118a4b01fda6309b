// Package server serves HTTP: it listens, limits, logs, and stops gracefully. What is served is
// handed to it.
//
// It imports the standard library only.
//
// Guarantees: a slow or greedy client is cut off, a handler that panics costs one request, a
// request that has begun when the program stops may finish within 10 s, and no log line holds a
// query, a body, a path or an address of a client.
//
// Every reply carries security headers, and is not stored by anyone; a handler that knows better
// sets or deletes a header before it writes. A handler that streams for longer than the time-outs
// lifts them for itself, with http.NewResponseController(w).SetWriteDeadline(time.Time{}), and
// ends when the program stops: a stop waits for it.
//
// Why:
//   - The pattern of the route is logged instead of the path, which may name a person.
//   - Referrer-Policy is same-origin, not no-referrer: with the latter, browsers send "Origin: null" with forms,
//     which a check against cross-site requests refuses.
package server
