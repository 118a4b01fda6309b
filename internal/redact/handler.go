package redact

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
)

// Handler cleans what it is given and passes it on. Make one with NewHandler.
type Handler struct {
	inner slog.Handler
	clean cleaner
}

// NewHandler puts a Handler before inner. Empty secrets are ignored.
func NewHandler(inner slog.Handler, secrets ...string) slog.Handler {
	return &Handler{inner, newCleaner(secrets)}
}

// Enabled implements slog.Handler.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.inner.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, h.clean.text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(h.attr(a))
		return true
	})
	return h.inner.Handle(ctx, out)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.inner.WithAttrs(h.attrs(attrs)), h.clean}
}

// WithGroup implements slog.Handler.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.inner.WithGroup(h.clean.text(name)), h.clean}
}

func (h *Handler) attrs(in []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(in))
	for i, a := range in {
		out[i] = h.attr(a)
	}
	return out
}

func (h *Handler) attr(a slog.Attr) slog.Attr {
	return slog.Attr{Key: h.clean.text(a.Key), Value: h.value(a.Value.Resolve())}
}

func (h *Handler) value(v slog.Value) slog.Value {
	switch v.Kind() {
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64, slog.KindDuration, slog.KindTime:
		return v
	case slog.KindString:
		return slog.StringValue(h.clean.text(v.String()))
	case slog.KindGroup:
		return slog.GroupValue(h.attrs(v.Group())...)
	}
	if v.Any() == nil {
		return v
	}
	return slog.StringValue(h.clean.text(show(v.Any())))
}

// show gives v as text if its kind is safe, else the name of its type.
func show(v any) (text string) {
	defer func() {
		if recover() != nil { // an Error or String method that cannot bear its receiver, such as nil
			text = fmt.Sprintf("%T", v)
		}
	}()
	if err, ok := v.(error); ok {
		return err.Error()
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return fmt.Sprint(v) // a named type: by its String method if it has one
	}
	return fmt.Sprintf("%T", v)
}
