using System.Text.Encodings.Web;
using Microsoft.EntityFrameworkCore;

namespace ScimProvisioning.Sample;

/// <summary>Shows the users, and what happened last. It loads itself anew every two seconds.</summary>
static class UserPage
{
    public static async Task<string> RenderAsync(IDbContextFactory<AppDb> contexts)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var users = await db.Users.AsNoTracking().OrderBy(user => user.UserName).Take(200).ToListAsync();
        var notices = await db.Notices.AsNoTracking().OrderByDescending(notice => notice.At).Take(20).ToListAsync();
        return $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Users</title>
            <h1>Users</h1>
            <table>
            <tr><th>Name</th><th>User name</th><th>Status</th></tr>
            {string.Concat(
                users.Select(user => $"<tr><td>{Text(user.DisplayName)}<td>{Text(user.UserName)}<td>{Text(user.Status)}</tr>\n")
            )}
            </table>
            <h2>What happened</h2>
            <ul>
            {string.Concat(notices.Select(notice => $"<li>{Text(notice.At)}: {Text(notice.Text)}\n"))}
            </ul>
            </html>
            """;
    }

    static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
