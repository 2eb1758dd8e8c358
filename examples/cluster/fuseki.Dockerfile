# Apache Jena Fuseki with an empty data set /none; `ckg push` makes one for each release.
FROM debian:12-slim AS jar
RUN apt-get update && apt-get install -y --no-install-recommends maven
RUN mvn -q dependency:copy -Dartifact=org.apache.jena:jena-fuseki-server:5.6.0 -DoutputDirectory=/opt/fuseki
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless
COPY --from=jar /opt/fuseki /opt/fuseki
ENV FUSEKI_BASE=/fuseki
VOLUME /fuseki
EXPOSE 3030
ENTRYPOINT ["java", "-Xmx2g", "-jar", "/opt/fuseki/jena-fuseki-server-5.6.0.jar", "--port", "3030", "--ping", "--update", "--mem", "/none"]
