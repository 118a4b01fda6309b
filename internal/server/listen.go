package server

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listen takes address, which was given with flag. Its errors say in one sentence what to do.
func listen(address, flag string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address) // net.Listen takes "" for any address and any port
	if err == nil {
		var l net.Listener
		if l, err = net.Listen("tcp", address); err == nil {
			return l, nil
		}
	}
	text := fmt.Sprintf("the address %q is not valid: give host:port with %s, such as 127.0.0.1:8080", address, flag)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		text = fmt.Sprintf("the address %s is in use by another program: stop it or choose another with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		text = fmt.Sprintf("the address %s needs more rights: choose a port above 1023 with %s", address, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		text = fmt.Sprintf("the address %s does not belong to this machine: choose another with %s", host, flag)
	default:
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			text = fmt.Sprintf("the address %s cannot be listened on (%v): choose another with %s", address, errno, flag)
		}
	}
	return nil, &listenError{text, err}
}

// listenError keeps its cause for errors.Is and not in its text.
type listenError struct {
	text string
	err  error
}

func (e *listenError) Error() string { return e.text }
func (e *listenError) Unwrap() error { return e.err }
