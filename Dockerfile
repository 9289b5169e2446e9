# The image of the server: docs/containers.md.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# Packages are a layer of their own, which is only rebuilt when one of these files has changed.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Scim.Directory/Scim.Directory.csproj src/Scim.Directory/
COPY src/Scim.Protocol/Scim.Protocol.csproj src/Scim.Protocol/
COPY src/ScimProvisioning/ScimProvisioning.csproj src/ScimProvisioning/
RUN dotnet restore src/ScimProvisioning --use-current-runtime -p:PublishReadyToRun=true
COPY . .
# ReadyToRun: machine code for the platform that builds the image, so that the server spends less time compiling when it starts.
# Analyzers have looked at the code when it was built and tested.
RUN dotnet publish src/ScimProvisioning -c Release -o /app --no-restore --use-current-runtime --no-self-contained -p:PublishReadyToRun=true \
    -p:RunAnalyzers=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD curl -fsS http://localhost:8080/health/ready || exit 1
ENTRYPOINT ["dotnet", "ScimProvisioning.dll"]
