using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>The four users that the API document names, for development.</summary>
internal static class DemoUsers
{
    private static readonly (string Name, string Password, string Role)[] All =
    [
        ("jackfrued", "123456", Roles.Admin),
        ("wangdachui", "123123", Roles.User),
        ("hellokitty", "123123", Roles.Agent),
        ("wuzetian", "123456", Roles.Landlord),
    ];

    /// <summary>Adds those that are missing; who is there already keeps his password and roles.</summary>
    public static async Task AddDemoUsersAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
        var passwords = scope.ServiceProvider.GetRequiredService<Passwords>();
        foreach (var (name, password, role) in All)
        {
            if (!await db.Users.AnyAsync(user => user.Name == name))
                await db.Database.ExecuteSqlAsync($"""
                    insert into users (name, password_hash, roles) values ({name}, {passwords.Hash(password)}, {new[] { role }})
                    on conflict (name) do nothing
                    """);
        }
    }
}
