package fakebot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // what a photo may be
	_ "image/png"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of core.telegram.org/bots/api#sendphoto.
const (
	maxPhoto = 10 << 20 // bytes
	maxSides = 10_000   // width and height together
	maxRatio = 20       // of the longer side to the shorter
)

// File is a file in a Message.
type File struct {
	Kind string // "photo", "video", "voice" or "document"
	ID   string // file_id; of a photo: of its largest size
}

// stored is a file that the server has.
type stored struct {
	File
	width, height int
	content       []byte // of an upload; nil if it came from a citizen, or Forgetful
}

// thumb ends the file_id of a photo's smaller size.
const thumb = "-small"

// sendFile is sendPhoto and its like.
func (s *Server) sendFile(kind string, p map[string]string, uploads map[string][]byte) (string, *Failure) {
	return s.send(p, func(m *Message) (fail *Failure) {
		if m.File, fail = s.file(kind, p[kind], uploads, kind); fail != nil {
			return fail
		}
		return m.caption(p["caption"], p["parse_mode"])
	})
}

// editMessageMedia gives a message of text, or of another file, a new file and caption.
func (s *Server) editMessageMedia(p map[string]string, uploads map[string][]byte) (string, *Failure) {
	var media struct {
		Kind    string `json:"type"`
		Media   string `json:"media"`
		Caption string `json:"caption"`
		Mode    string `json:"parse_mode"`
	}
	if err := json.Unmarshal([]byte(p["media"]), &media); err != nil || !slices.Contains([]string{"photo", "video", "document"}, media.Kind) {
		return "", bad("can't parse InputMedia")
	}
	return s.edit(p, func(m *Message) (fail *Failure) {
		if m.File.Kind == "voice" {
			return bad("there is no media in the message to edit")
		}
		part, _ := strings.CutPrefix(media.Media, "attach://")
		if m.File, fail = s.file(media.Kind, media.Media, uploads, part); fail != nil {
			return fail
		}
		return m.caption(media.Caption, media.Mode)
	})
}

// file is the one in part of the upload, else the one that is called ref.
func (s *Server) file(kind, ref string, uploads map[string][]byte, part string) (File, *Failure) {
	if content, ok := uploads[part]; ok {
		return s.keep(kind, content)
	}
	if ref == "" {
		return File{}, bad("there is no " + kind + " in the request")
	}
	f, ok := s.files[strings.TrimSuffix(ref, thumb)]
	if !ok {
		return File{}, bad("wrong file identifier/HTTP URL specified")
	}
	if (f.Kind == "photo") != (kind == "photo") {
		return File{}, bad("type of file mismatch")
	}
	return File{Kind: kind, ID: f.ID}, nil
}

// keep takes an upload.
func (s *Server) keep(kind string, content []byte) (File, *Failure) {
	f := stored{content: content}
	switch {
	case len(content) == 0:
		return File{}, bad("file must be non-empty")
	case kind == "photo" && len(content) > maxPhoto:
		return File{}, bad("file is too big")
	case kind == "photo":
		config, _, err := image.DecodeConfig(bytes.NewReader(content))
		if err != nil {
			return File{}, bad("IMAGE_PROCESS_FAILED")
		}
		f.width, f.height = config.Width, config.Height
		if w, h := f.width, f.height; w+h > maxSides || max(w, h) > maxRatio*min(w, h) {
			return File{}, bad("PHOTO_INVALID_DIMENSIONS")
		}
	}
	if s.opts.Forgetful {
		f.content = nil
	}
	return s.add(kind, f), nil
}

// add gives a file a name. s.mu is held.
func (s *Server) add(kind string, f stored) File {
	s.lastFile++
	f.File = File{Kind: kind, ID: "AgACAgIAAxfake_" + kind + "-" + strconv.Itoa(s.lastFile)}
	s.files[f.ID] = f
	return f.File
}

// Content is what the bot uploaded as a file.
func (s *Server) Content(fileID string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[fileID].content
}

// SendFile is a citizen sending a file of a kind, as of File, in a private chat. It returns the file_id; of a photo that
// of its largest size.
func (s *Server) SendFile(chat int64, kind, caption string) (fileID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.add(kind, stored{width: 1280, height: 960})
	c := s.chat(chat)
	c.lastID++
	s.push(chat, "message", fmt.Sprintf(`{"message_id":%d,"from":%s,"chat":%s,"date":%d,%s}`,
		c.lastID, s.user(chat), privateChat(chat), time.Now().Unix(), s.fileJSON(f, caption)))
	return f.ID
}

// fileJSON is the fields of a message with a file.
func (s *Server) fileJSON(f File, caption string) string {
	was := s.files[f.ID]
	of := func(id string, width, height int, more string) string {
		return fmt.Sprintf(`{"file_id":%q,"file_unique_id":%q,"width":%d,"height":%d%s}`, id, "u"+id, width, height, more)
	}
	var value string
	switch f.Kind {
	case "photo":
		value = "[" + of(f.ID+thumb, was.width/10+1, was.height/10+1, "") + "," + of(f.ID, was.width, was.height, "") + "]"
	case "video":
		value = of(f.ID, was.width, was.height, `,"duration":9`)
	case "voice":
		value = fmt.Sprintf(`{"file_id":%q,"file_unique_id":%q,"duration":9}`, f.ID, "u"+f.ID)
	default:
		value = fmt.Sprintf(`{"file_id":%q,"file_unique_id":%q,"file_name":"file"}`, f.ID, "u"+f.ID)
	}
	out := strconv.Quote(f.Kind) + ":" + value
	if caption != "" {
		out += `,"caption":` + quote(caption)
	}
	return out
}
