using System.IO.Compression;
using System.Security.Cryptography;

namespace ScimProvisioning.Portal;

/// <summary>
/// The style sheets and the script, which are inside the program: so there is no folder that must lie beside it. Their addresses change
/// with their content, and browsers keep them for good.
/// </summary>
static class PortalAssets
{
    public const string Path = PortalGate.Root + "/assets";

    static readonly Lazy<IReadOnlyDictionary<string, Asset>> All = new(() =>
        new Dictionary<string, Asset>
        {
            ["pico.css"] = Asset.Read("pico.css", "text/css"),
            ["portal.css"] = Asset.Read("portal.css", "text/css"),
            ["portal.js"] = Asset.Read("portal.js", "text/javascript"),
        }
    );

    public static string AddressOf(string name) => $"{Path}/{name}?v={All.Value[name].Version}";

    public static void MapPortalAssets(this WebApplication app) =>
        app.MapGet(Path + "/{name}", Send).AllowAnonymous().ExcludeFromDescription();

    static IResult Send(string name, HttpContext http)
    {
        if (!All.Value.TryGetValue(name, out var asset))
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
            return TypedResults.Bytes(asset.Plain, asset.Type);
        http.Response.Headers.ContentEncoding = "gzip";
        return TypedResults.Bytes(asset.Zipped, asset.Type);
    }

    sealed record Asset(byte[] Plain, byte[] Zipped, string Type, string Version)
    {
        public static Asset Read(string name, string type)
        {
            using var embedded = typeof(PortalAssets).Assembly.GetManifestResourceStream($"portal/{name}")!;
            var (plain, zipped) = (new MemoryStream(), new MemoryStream());
            embedded.CopyTo(plain);
            using (var zip = new GZipStream(zipped, CompressionLevel.SmallestSize))
                zip.Write(plain.ToArray());
            var version = Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))[..12];
            return new(plain.ToArray(), zipped.ToArray(), type + "; charset=utf-8", version);
        }
    }
}
