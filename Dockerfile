# syntax=docker/dockerfile:1

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# CGO is on: SQLite is C. The binary then needs the C library of the same Debian release, which the next stage has.
RUN CGO_ENABLED=1 go build -trimpath -ldflags="-s -w" -o /parley ./server \
    && mkdir /data

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Parley" \
      org.opencontainers.image.description="Team chat from one binary and one folder" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /parley /usr/local/bin/parley
# A number and not a name, so that orchestrators can see that it is not root. A new named volume takes over the
# owner of the folder it is mounted on.
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
ENV PARLEY_LISTEN=0.0.0.0:8080 \
    PARLEY_DATA=/data
# The binary asks itself: the slim image has neither curl nor wget.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
    CMD ["parley", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["parley"]
CMD ["serve"]
