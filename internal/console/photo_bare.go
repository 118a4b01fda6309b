package console

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// bare is a photo without what a camera or a program wrote beside it: where and when it was taken, with what, a small copy of it
// as it was before it was cut, and whatever follows its end. Which side is up stays. It is nil for what is no whole JPEG or PNG.
func bare(photo []byte) []byte {
	if bytes.HasPrefix(photo, []byte(pngBegin)) {
		return barePNG(photo)
	}
	return bareJPEG(photo)
}

// Markers of JPEG (itu.int: T.81, table B.1).
const (
	jpegBegin    = 0xD8
	jpegEnd      = 0xD9
	jpegScan     = 0xDA
	jpegApp      = 0xE0 // the first of sixteen, which programs use as they like; what is above them is no part of a picture
	jpegAppExif  = 0xE1
	jpegAppColor = 0xE2 // a profile, in pieces; or more pictures
	jpegAppAdobe = 0xEE // how colours are coded
	jpegRestart  = 0xD0 // the first of eight, which stand within a scan
	upExif       = "\xFF\xE1\x00\x22Exif\x00\x00MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00%\x00\x00\x00\x00\x00\x00"
	profileBegin = "ICC_PROFILE\x00"
	exifBegin    = "Exif\x00\x00"
)

// bareJPEG keeps what a picture is made of, its colours and its orientation.
func bareJPEG(photo []byte) []byte {
	if len(photo) < 2 || photo[0] != 0xFF || photo[1] != jpegBegin {
		return nil
	}
	out, turned := []byte{0xFF, jpegBegin}, false
	for rest := photo[2:]; ; {
		for len(rest) > 1 && rest[0] == 0xFF && rest[1] == 0xFF { // markers may be filled up
			rest = rest[1:]
		}
		if len(rest) < 2 || rest[0] != 0xFF {
			return nil
		}
		marker := rest[1]
		if marker == jpegEnd {
			return append(out, 0xFF, jpegEnd)
		}
		if len(rest) < 4 {
			return nil
		}
		size := 2 + int(binary.BigEndian.Uint16(rest[2:]))
		if size < 4 || size > len(rest) {
			return nil
		}
		segment, said := rest[:size], rest[4:size]
		if marker == jpegScan {
			size += scanned(rest[size:])
			segment = rest[:size]
		}
		rest = rest[size:]
		switch {
		case marker == jpegAppExif && !turned:
			if up := orientation(said); up > 1 {
				turned = true
				out = append(out, bytes.Replace([]byte(upExif), []byte("%"), []byte{up}, 1)...)
			}
		case marker == jpegAppColor && bytes.HasPrefix(said, []byte(profileBegin)), marker == jpegAppAdobe,
			marker < jpegApp:
			out = append(out, segment...)
		}
	}
}

// scanned is how many bytes belong to a scan, up to the next marker.
func scanned(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xFF && b[i+1] != 0 && b[i+1] != 0xFF && b[i+1]&^7 != jpegRestart {
			return i
		}
	}
	return len(b)
}

// orientation reads which side of a photo is up, 1 to 8, of what a camera wrote (cipa.jp: DC-008, Exif 2.32); 0: it is not said.
func orientation(said []byte) byte {
	tiff, ok := bytes.CutPrefix(said, []byte(exifBegin))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	fields := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(fields) < 12 {
			return 0
		}
		if order.Uint16(fields) == 0x0112 {
			if up := order.Uint16(fields[8:]); up <= 8 {
				return byte(up)
			}
			return 0
		}
		fields = fields[12:]
	}
	return 0
}

const pngBegin = "\x89PNG\r\n\x1a\n"

// pngColors are the chunks beside those that a picture is made of that change what it looks like (w3.org/TR/png-3).
var pngColors = []string{"tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP"}

// barePNG keeps what a picture is made of, and its colours.
func barePNG(photo []byte) []byte {
	out := []byte(pngBegin)
	for rest := photo[len(pngBegin):]; len(rest) >= 12; {
		size := uint64(binary.BigEndian.Uint32(rest)) + 12
		if size > uint64(len(rest)) {
			return nil
		}
		name := string(rest[4:8])
		if critical := name[0] >= 'A' && name[0] <= 'Z'; critical || slices.Contains(pngColors, name) {
			out = append(out, rest[:size]...)
		}
		if rest = rest[size:]; name == "IEND" {
			return out
		}
	}
	return nil
}
