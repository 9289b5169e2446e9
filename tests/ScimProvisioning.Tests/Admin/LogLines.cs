using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Collects the lines that a server logs, so that a test can read them.</summary>
sealed class LogLines : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _lines = [];

    /// <summary>For <see cref="ScimServer"/>: the lines of the server itself, and none on the console.</summary>
    public static Dictionary<string, string> Settings =>
        new() { ["Logging:LogLevel:ScimProvisioning"] = "Information", ["Logging:Console:LogLevel:ScimProvisioning"] = "None" };

    /// <summary>The same for the lines of every library, from Information on.</summary>
    public static Dictionary<string, string> SettingsOfAll =>
        new()
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:Console:LogLevel:Default"] = "None",
            ["Logging:Console:LogLevel:Microsoft.AspNetCore"] = "None",
            ["Logging:Console:LogLevel:Microsoft.EntityFrameworkCore"] = "None",
        };

    /// <summary>Each with the stack trace of its exception, if it has one, as a console shows it.</summary>
    public IReadOnlyCollection<string> All => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose() { }
}
