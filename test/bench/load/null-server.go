// A server that discards every request and answers at once with the same JSON. It knows only the part of HTTP/1.1 that the compared tools
// use: requests with a Content-Length on persistent connections.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
)

var answer = []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go serve(connection)
	}
}

func serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 64<<10)
	for {
		length, err := readHead(reader)
		if err != nil {
			return
		}
		if _, err := reader.Discard(length); err != nil {
			return
		}
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}

// Reads up to the empty line and returns the length of the body.
func readHead(reader *bufio.Reader) (length int, err error) {
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		name, value, isField := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		switch {
		case len(name) == 0:
			return length, nil
		case isField && bytes.EqualFold(name, []byte("content-length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
}
