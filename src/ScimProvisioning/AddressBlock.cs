using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScimProvisioning;

/// <summary>An address, or a block of them, in one spelling.</summary>
static class AddressBlock
{
    /// <summary>CIDR with no bit set behind the prefix; <c>null</c> for what is neither an address nor CIDR.</summary>
    public static string? Normalise(string? text)
    {
        var (written, prefix) = text?.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            ? (text[..slash], text[(slash + 1)..])
            : (text, null);
        if (!IPAddress.TryParse(written, out var address) || !IsPlain(written, address))
            return null;

        var bits = address.GetAddressBytes();
        var length = bits.Length * 8;
        if (
            prefix is not null
            && (!int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits.Length * 8)
        )
            return null;
        for (var i = 0; i < bits.Length; i++)
            bits[i] &= (byte)(0xFF00 >> Math.Clamp(length - i * 8, 0, 8));

        // An IPv4 caller is shown as such, whatever socket he came by.
        var block = new IPAddress(bits);
        return block.IsIPv4MappedToIPv6 && length >= 96 ? $"{block.MapToIPv4()}/{length - 96}" : $"{block}/{length}";
    }

    /// <summary>Not <c>10.1</c> nor <c>010.0.0.1</c>, which mean something else than they seem to; no zone, no port.</summary>
    static bool IsPlain(string written, IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork ? written == address.ToString() : !written.AsSpan().ContainsAny('%', '[');
}
