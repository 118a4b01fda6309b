# One static binary on an empty image, run by nobody, on a file system that may be read-only but for /data.
# The content and the time zones are inside the binary, and of .git the version that it says it is.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /ogpbot ./cmd/ogpbot && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /ogpbot /ogpbot
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
ENV OGPBOT_DATA=/data OGPBOT_LISTEN=0.0.0.0:8080 OGPBOT_METRICS_LISTEN=0.0.0.0:9090
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["/ogpbot", "health"]
ENTRYPOINT ["/ogpbot"]
CMD ["serve"]
