import Foundation
import Testing

/// Pictures of 13×9 pixels in every variant that people have, and their pixels as Pillow 13.0 decodes them with
/// `Image.open(…).convert("RGB")`.
struct PictureFixture: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    /// 9×13×3.
    let pixels: [UInt8]

    private init(_ name: String, _ bytes: String, _ pixels: String) {
        func decode(_ text: String) -> [UInt8] {
            [UInt8](Data(base64Encoded: text.split(whereSeparator: \.isNewline).joined()) ?? Data())
        }
        (testDescription, self.bytes, self.pixels) = (name, decode(bytes), decode(pixels))
    }

    static func named(_ name: String) -> PictureFixture? { all.first { $0.testDescription == name } }

    static let all = [
        PictureFixture(
            "4:2:0 JPEG",
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAQDAwMDAgQDAwMEBAQFBgoGBgUFBgwICQcKDgwPDg4MDQ0PERYTDxAVEQ0NExoTFRcYGRkZDxIb
            HRsYHRYYGRj/2wBDAQQEBAYFBgsGBgsYEA0QGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBj/wAAR
            CAAJAA0DASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEG
            E1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWG
            h4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEB
            AQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYk
            NOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0
            tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD0bV/i9by+FRHewgkpjLDnNfPer+N9CudW
            lfZHnOTtGep9q6zxV/yKf/AT/WvnK9/5CU31FLIMJhsVmlaFemna53UcLU/sqEqdVxv2P//Z
            """,
            """
            tuvbwvDW0PHE1+mt3tmX3caA1q5pzZpYwIRFpmkwm2A2kFk6g1M8qNrRuebSzu7H2eq04d+i4s+N2rZ4z6FmxpNarnxLn3FPkmlTg2FVlsPG
            qtPLwd/Dzd6019el2cyX0beGwqF0spFonX5fj3hogHJvcW90g6+4mMC/rMm1tMWjvr+XxbmPv6mCr5Z3nolui3tse3V3aW9/W2yIcJyng6ut
            lrKjnq6RpqiDrKJ+p5R2mYRvhHZpc21vY2h+UGKIRWWYXIiRbJSUgZ6KjJt8lZJvl4pnkXxhhW5ec2FdYlpnUFR3Pk2EN1SYU4CDYYmBc5B0
            go5oiYJYh3RMgWRGeVhHblBOX0pbST5pNDR0LjmJWYaDY4l8c4xsgIdbhHhIgWQ4fVQ0eUw5XTQyUixBPyNTLh1jMCh+YYuHao9+g5d0i41c
            loFMkmo5jVcxe0EraS8tXCc7RhpLOhZcOBt1
            """),
        PictureFixture(
            "4:2:2 JPEG",
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8t
            MC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAAR
            CAAJAA0DASEAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEG
            E1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWG
            h4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEB
            AQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYk
            NOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0
            tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDrtS8cRvpW24QZ245ryjUfENhLdu21c+1Z
            4PL4YrFS7jjXrUsIuQ3fEH/IJ/A/1ryG6/4+ZK3yj/fqh30v9xif/9k=
            """,
            """
            t+DYyuzc2u7S3+K149OV58V73q5c0JVFv381snExnmAtj1UtiFMzq9jRv+XY0uvO2uK54tef58uK3bdw0J9cv41QsoBNnXBJjGVGgmRMmMrB
            rNbIwd/HzNq31NOl2cmW0beEw6N0spJspIZqjXtnfXNnc3NrgLWrk8G0p8q0tMisvsKfwbmUuKiGqpZ7l4d3iH94dXZ6ZXJ7WnSBa56Ve6mc
            kLGenLCXpquLqKGEnpJ4koJzf3Vzcm96XWh+UGSFRWmNXYyEa5WJfpuJi5qDlJV2lYpujXtjhG5jc2NmZ1txUVN6RFCEOVOQXIV/ZoqAdo15
            gIpviIJgiHVUgWZLeFhLaUxRW0NdSDtpOzZ4MTiIYISAaYd/dYh0fYFmgnVSf2dDeFU3b0g3Xjc6UC5HQCVYMyFrLSR/Y4yQa4qFiJWBkohl
            nn5LmGUwl1cphD0hci0oYyI4ThhJQhVYOxho
            """),
        PictureFixture(
            "4:4:4 progressive JPEG",
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggL
            DAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgAR
            CAAJAA0DAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAACAYH/8QAGQEAAgMBAAAAAAAAAAAAAAAABQYBAwQH/9oADAMBAAIQAxAAAAHR
            QUHxttrEkmceraP/xAAaEAACAgMAAAAAAAAAAAAAAAADBQQGBzQ1/9oACAEBAAEFAmORgkVMbSqNLf8AJk7P/8QAHhEAAQQBBQAAAAAAAAAA
            AAAAAQACAwUGBBESMjT/2gAIAQMBAT8Bx92pjZyj3Vtb27JgGgrEOoVz6Qv/xAAdEQABAwUBAAAAAAAAAAAAAAAEAAEGAgMFETUS/9oACAEC
            AQE/AcuMKSZqpYWIWLwnpnUg6FSjXPZf/8QAHBAAAQMFAAAAAAAAAAAAAAAAAAISgQEDBEFC/9oACAEBAAY/AmZNvnYpTaQQKP/EABoQAAID
            AQEAAAAAAAAAAAAAAAARASGxocH/2gAIAQEAAT8hUG6uBZnblHhs9O2D/9oADAMBAAIAAwAAABCgf//EACARAAEDAgcAAAAAAAAAAAAAAAAB
            IaExwRFBUWFxsdH/2gAIAQMBAT8QTFA7XnjRaC1Yj794ZEPwiXP/xAAeEQABBAIDAQAAAAAAAAAAAAABABEhMVGhQWGxwf/aAAgBAgEBPxAx
            hmXey14dzPN5QEG0X0FvDxaA+r//xAAeEAACAQMFAAAAAAAAAAAAAAABESEAMfBRYXGRsf/aAAgBAQABPxAIKkBgNgOOAJ9spZIrAZJRQy33
            WNtTOaV//9k=
            """,
            """
            s9v1yfbN0+zF3+ay7M6S6cdw5KNf4ZJH0IA3tF82ql81l00wjFRHptjVue3g1PC/1+Cp5OOg3NSJ2Lp01Z5bwZNIqntPoXZLjmZMf2Rbj8nN
            rdbSuNfH09+5xteh0daWyLF/wKR/tZJanINkkHhcfXZmZ3Fwga+/lbu8rdO+s8KtwcCKx7STs7aBtI98qYVtjXp0fG5tanV7U3eFbp2jgKS0
            j7SSqa6Xnq59rJyMq4p5koxygndxbXF9X2V7TGaLO2qWU4qHcJuUf5uEhJR5kplwko1wfn9tgGxtclhhY1l0VlWBN06RJ1miTYqCao11doxl
            fIpwj41UgnNMgmlAclpYaE9TW0hkSkJ1MTKFITiWWIKOYIeGeIpag4pUjW1Wh1k/kFo0cEYuYzQ8UyZFQCFaNRt2MCiLWIucb4uOhpVulYtY
            loBOmmUxmFQnjjwXdCslZyE7UxJMOhdXMR12
            """),
        PictureFixture(
            "turned JPEG",
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsL
            DBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIy
            MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAJAA0DASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcI
            CQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6
            Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW
            19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
            AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0
            dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oA
            DAMBAAIRAxEAPwDo7zxej6dtmQfdxzXnt3rdnJcscLn2rW1X/kG/hXnE/wDr3owNKlVxU1ONzaFOX1VOMmj/2Q==
            """,
            """
            tt3kzOzp3/Hb4eS55tOY6Mh/3a1jyJJMuXxDrXBDmWFAjFY6hFU7qtfcv+bh1e3V2+S549mc58+H3rhvzJ9cvYtYrn5Wm29Ui2VSg2JPk8vM
            qNrRveTJx96y0deb2M+K0bx5wadsrZJnoIZrjHpufHFtdHBve7e3jcW8o86zrsqhuMWNvr5+uK5xqJpplIVohnxydHN5Zm1/Xm6FZZ+hdqul
            ibOblrKMoK14paZtnpZlkYdjfXVob250XmWBT2KMSGSUWouQZ5SRepuIh5p6k5Zplo5fjn9Wg3FZdGZlZV10UVSBQU+MN1KZXoCJaoaHeop9
            holujoBZjnVMiGVFfVhIbUxVXkNmSTp1OTWCMDePZ3+LcIOHfoR4hn9ljXNOimQ9glEzeEQ3ZjRAVypRQyBiNR5wLCF/bIKNeomMi42Aloht
            m3tUmGhAjVIyf0AxbC04XCNGShhVPRRjNRh0
            """),
        PictureFixture(
            "grey JPEG",
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8X
            GBYUGBIUFRT/wAALCAAJAA0BAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQR
            BRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4
            eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEB
            AAA/APXfAX7St1F4SCGF3QqoBCnp0/Dp2/8A1fKvxn/aevR4qZBbFsAn7p45/GvWPB//ACJ0n/XD+iV8qfGn/kdJ/oP5Cv/Z
            """,
            """
            qKiozMzM1tbW6enp6urq7u7u5ubm39/fzs7Ovb29r6+vmZmZh4eHqampvLy8xMTE1dXV6+vr6+vr4ODgzc3Nw8PDsrKyo6Ojj4+PgYGBkZGR
            r6+vuLi40dHR0NDQ1tbWy8vLzs7Ou7u7p6enlZWVf39/cHBwgoKCkJCQpKSkrKyswsLCubm5ubm5tbW1mJiYhoaGdXV1YWFhVFRUdnZ2gYGB
            hYWFm5ubpaWlrq6unJycnJyciYmJd3d3ZWVlSkpKODg4YWFhbGxshoaGg4ODlZWViYmJiYmJioqKcHBwX19fTk5ONTU1JiYmUlJSYWFhc3Nz
            enp6hISEh4eHeXl5enp6ampqWFhYREREKSkpGRkZUlJSYmJifn5+fn5+j4+Pi4uLg4ODgoKCbW1tWlpaRUVFLS0tISEhX19feXl5fX19kpKS
            j4+Pnp6ejo6Of39/enp6bm5uS0tLOTk5LS0t
            """),
        PictureFixture(
            "CMYK JPEG",
            """
            /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgW
            FBgSFBUU/8AAFAgACQANBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAAB
            fQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp
            anN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5
            +v/aAA4EQwBNAFkASwAAPwDyPx5+zTZr40JW5U5fozZ6YOf5+n+HiHw9/ZxvE8WiSxuDvZwF+U5B56+vXr+VY3wJ+Beu+GLqO60fAhQbtpHT
            H/6v159a7zwd4I8TfCnRUvNLdprULkAAlcDOckZ/L9a+pfg5+zVZjwjEXu433EHcx9unfpx3r7I0n4T+M7DSrWKKaUBVx8pCk/XFeg+NPit4
            q8N6klndxyPKqctJuOfXHWvJvHf7RVkNZaPWLZVu4yVKsg475xjjrXlXxH/5Gk/9do/5LXm3wf8A+Qv/ANvK/wA1r0z9lT/kXh/ur/I19t+F
            v+SQL/1wk/8AQGr6b+CH/IpH/rp/SvvbQv8AkGJ9f6Cq/wAbf+RoP+/J/wChV+Wf7Q//ACUvUf8Ae/oK/9k=
            """,
            """
            FwsFFwgLFQgZDwgrEB9EEChhEEF/IleUK16hOWOUPG6QP2FzP1lfGAkIFggTFA8WDQwlExQ9Fh9QGT1nJUaGKluGNGN9P2t5SV1mTVVhIxEV
            JBIUHA8cGwwlEh4rHCBCHSxQLz5nMz5jNkllRFVmTE1XT0dTNyAdNRooKhYiHxQkIyEvKCg5KjBGKTBHLz5GOEVNS01QWEtHXEZBVDY3Sy8z
            PC48Qy06MTJDLjE/KjU7NjlFPkNCQkE+RD83S0IxUkAtaD5BYEhHV0hXTkBXSUhXQkdVRktlQVJROUNAQD83PjopSD8mSjkieVJSdkhdbFFy
            ZlltTlR1SVF0TVxvSFpiQVFMQ0s9NzsnOzofMS0WcVBWbFVfbl5+aGaSXW6UVnKbXniZTHR2S25oRVtOMDkqLi8dIyQSX0I6bEpUY1V2aXGT
            Y3uzV36uU4G4UX2VT36IRWpfMUQ5LDYnJSoa
            """),
        PictureFixture(
            "RGB PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAIAAABmGDE9AAABc0lEQVR42gFoAZf+ALLf9Mfx09Xtzd/mr+nUk+fFb+ijW+WRTcqDObZgMqlj
            L5ZKPYVWQgCm2dW/7dfV7MHW3qbj5J/c1pLauXTMo1nFj0yseFCid0iOZkt9Z1IAi8jRq9bTv9fJzuW5zNSg086Wy7d9waF5vJFgnoFgj3lg
            gnJbanN0AIKtwpe+t6nUuK7GrL69jce6kbCyg7SRep+JbYh6cIRrc2p4gU53hABrnqGCpqqPtJihrpGlq3+qm4qqjH+SjXqHdXhwb3lgZ4FF
            ZYg6apUAVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lAEyFgmuOe3GScH+HZoqKUYltUINrSHNZU2lNUFRJZEpBezQy
            hSA3mgBViIhig3l8imODiVuOb1WFXTuJWjVyRy9gNT5XKkJAHlc0Gn0xKYsAWoucb4uMhZZvlIpamIBOmWUwmlMijTwZdColZyI6VBNKOhdY
            Mxx1UQSzthhJvJIAAAAASUVORK5CYII=
            """,
            """
            st/0x/HT1e3N3+av6dST58Vv6KNb5ZFNyoM5tmAyqWMvlko9hVZCptnVv+3X1ezB1t6m4+Sf3NaS2rl0zKNZxY9MrHhQondIjmZLfWdSi8jR
            q9bTv9fJzuW5zNSg086Wy7d9waF5vJFgnoFgj3lggnJbanN0gq3Cl763qdS4rsasvr2Nx7qRsLKDtJF6n4ltiHpwhGtzaniBTneEa56hgqaq
            j7SYoa6Rpat/qpuKqox/ko16h3V4cG95YGeBRWWIOmqVVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lTIWCa457cZJw
            f4dmiopRiW1Qg2tIc1lTaU1QVElkSkF7NDKFIDeaVYiIYoN5fIpjg4lbjm9VhV07iVo1ckcvYDU+VypCQB5XNBp9MSmLWoucb4uMhZZvlIpa
            mIBOmWUwmlMijTwZdColZyI6VBNKOhdYMxx1
            """),
        PictureFixture(
            "interlaced PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAIAAAERHwGrAAABfUlEQVR42gFyAY3+ALLf9MqDOQBai5x0KiUA6dSThVZCAJiATjMcdQBrnqGl
            q3+HdXg6apUA1e3N6KNbqWMvAI+0mKqMf2BngQCFlm+aUyJUE0oAi8jRv9fJzNSgy7d9vJFgj3lganN0AEyFgnGScIqKUYNrSGlNUEpBeyA3
            mgDH8dPf5q/nxW/lkU22YDKWSj0Aq9bTzuW5086WwaF5noFggnJbAIKmqqGukaqbipKNenBveUVliABrjnt/h2aJbVBzWVNUSWQ0MoUAb4uM
            lIpamWUwjTwZZyI6OhdYAKbZ1b/t19XswdbepuPkn9zWktq5dMyjWcWPTKx4UKJ3SI5mS31nUgCCrcKXvrep1Liuxqy+vY3HupGwsoO0kXqf
            iW2IenCEa3NqeIFOd4QAVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lAFWIiGKDeXyKY4OJW45vVYVdO4laNXJHL2A1
            PlcqQkAeVzQafTEpi9JDs7a+YWnlAAAAAElFTkSuQmCC
            """,
            """
            st/0x/HT1e3N3+av6dST58Vv6KNb5ZFNyoM5tmAyqWMvlko9hVZCptnVv+3X1ezB1t6m4+Sf3NaS2rl0zKNZxY9MrHhQondIjmZLfWdSi8jR
            q9bTv9fJzuW5zNSg086Wy7d9waF5vJFgnoFgj3lggnJbanN0gq3Cl763qdS4rsasvr2Nx7qRsLKDtJF6n4ltiHpwhGtzaniBTneEa56hgqaq
            j7SYoa6Rpat/qpuKqox/ko16h3V4cG95YGeBRWWIOmqVVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lTIWCa457cZJw
            f4dmiopRiW1Qg2tIc1lTaU1QVElkSkF7NDKFIDeaVYiIYoN5fIpjg4lbjm9VhV07iVo1ckcvYDU+VypCQB5XNBp9MSmLWoucb4uMhZZvlIpa
            mIBOmWUwmlMijTwZdColZyI6VBNKOhdYMxx1
            """),
        PictureFixture(
            "PNG with gamma",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAIAAABmGDE9AAAABGdBTUEAAYagMeiWXwAAAXNJREFUeNoBaAGX/gCy3/TH8dPV7c3f5q/p1JPn
            xW/oo1vlkU3Kgzm2YDKpYy+WSj2FVkIAptnVv+3X1ezB1t6m4+Sf3NaS2rl0zKNZxY9MrHhQondIjmZLfWdSAIvI0avW07/Xyc7luczUoNPO
            lsu3fcGhebyRYJ6BYI95YIJyW2pzdACCrcKXvrep1Liuxqy+vY3HupGwsoO0kXqfiW2IenCEa3NqeIFOd4QAa56hgqaqj7SYoa6Rpat/qpuK
            qox/ko16h3V4cG95YGeBRWWIOmqVAFaOjnCUk4Oah4Kae42bb5eNZ4J9b4BpaHJXaWdbcFBXeDdRjihdpQBMhYJrjntxknB/h2aKilGJbVCD
            a0hzWVNpTVBUSWRKQXs0MoUgN5oAVYiIYoN5fIpjg4lbjm9VhV07iVo1ckcvYDU+VypCQB5XNBp9MSmLAFqLnG+LjIWWb5SKWpiATpllMJpT
            Io08GXQqJWciOlQTSjoXWDMcdVEEs7YYSbySAAAAAElFTkSuQmCC
            """,
            """
            st/0x/HT1e3N3+av6dST58Vv6KNb5ZFNyoM5tmAyqWMvlko9hVZCptnVv+3X1ezB1t6m4+Sf3NaS2rl0zKNZxY9MrHhQondIjmZLfWdSi8jR
            q9bTv9fJzuW5zNSg086Wy7d9waF5vJFgnoFgj3lggnJbanN0gq3Cl763qdS4rsasvr2Nx7qRsLKDtJF6n4ltiHpwhGtzaniBTneEa56hgqaq
            j7SYoa6Rpat/qpuKqox/ko16h3V4cG95YGeBRWWIOmqVVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lTIWCa457cZJw
            f4dmiopRiW1Qg2tIc1lTaU1QVElkSkF7NDKFIDeaVYiIYoN5fIpjg4lbjm9VhV07iVo1ckcvYDU+VypCQB5XNBp9MSmLWoucb4uMhZZvlIpa
            mIBOmWUwmlMijTwZdColZyI6VBNKOhdYMxx1
            """),
        PictureFixture(
            "RGB PNG with a transparent colour",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAIAAABmGDE9AAAABnRSTlMAsgDfAPQ4pBjtAAABc0lEQVR42gFoAZf+ALLf9Mfx09Xtzd/mr+nU
            k+fFb+ijW+WRTcqDObZgMqljL5ZKPYVWQgCm2dW/7dfV7MHW3qbj5J/c1pLauXTMo1nFj0yseFCid0iOZkt9Z1IAi8jRq9bTv9fJzuW5zNSg
            086Wy7d9waF5vJFgnoFgj3lggnJbanN0AIKtwpe+t6nUuK7GrL69jce6kbCyg7SRep+JbYh6cIRrc2p4gU53hABrnqGCpqqPtJihrpGlq3+q
            m4qqjH+SjXqHdXhwb3lgZ4FFZYg6apUAVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lAEyFgmuOe3GScH+HZoqKUYlt
            UINrSHNZU2lNUFRJZEpBezQyhSA3mgBViIhig3l8imODiVuOb1WFXTuJWjVyRy9gNT5XKkJAHlc0Gn0xKYsAWoucb4uMhZZvlIpamIBOmWUw
            mlMijTwZdColZyI6VBNKOhdYMxx1UQSzthhJvJIAAAAASUVORK5CYII=
            """,
            """
            st/0x/HT1e3N3+av6dST58Vv6KNb5ZFNyoM5tmAyqWMvlko9hVZCptnVv+3X1ezB1t6m4+Sf3NaS2rl0zKNZxY9MrHhQondIjmZLfWdSi8jR
            q9bTv9fJzuW5zNSg086Wy7d9waF5vJFgnoFgj3lggnJbanN0gq3Cl763qdS4rsasvr2Nx7qRsLKDtJF6n4ltiHpwhGtzaniBTneEa56hgqaq
            j7SYoa6Rpat/qpuKqox/ko16h3V4cG95YGeBRWWIOmqVVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lTIWCa457cZJw
            f4dmiopRiW1Qg2tIc1lTaU1QVElkSkF7NDKFIDeaVYiIYoN5fIpjg4lbjm9VhV07iVo1ckcvYDU+VypCQB5XNBp9MSmLWoucb4uMhZZvlIpa
            mIBOmWUwmlMijTwZdColZyI6VBNKOhdYMxx1
            """),
        PictureFixture(
            "RGBA PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAYAAADpeqZqAAAB6ElEQVR42gHdASL+ALLf9K7H8dPH1e3N1d/mr+Xp1JPu58Vv6+ijW+jlkU3e
            yoM5zLZgMr2pYy+xlko9l4VWQoQAptnVob/t18HV7MHF1t6m1ePkn+vc1pLr2rl04cyjWc3Fj0zFrHhQsKJ3SKSOZkubfWdSfwCLyNGWq9bT
            p7/Xyb/O5bnMzNSgztPOltfLt33KwaF5zbyRYLyegWCpj3lgjIJyW4Bqc3RsAIKtwoGXvreVqdS4oK7GrK2+vY3Cx7qRvrCyg7u0kXq0n4lt
            lIh6cIeEa3N5aniBZ053hFMAa56hcYKmqoCPtJiJoa6RmKWrf6qqm4qpqox/lpKNep6HdXiKcG95e2BngV1FZYhLOmqVNwBWjo5ncJSTaoOa
            h4aCmnuGjZtvk5eNZ4mCfW+MgGloiXJXaWtnW3BmUFd4TjdRjjMoXaUnAEyFgktrjnthcZJwcH+HZnyKilGGiW1QhINrSH1zWVN5aU1Qb1RJ
            ZE1KQXtDNDKFLCA3mhsAVYiIVmKDeWF8imN/g4lbfo5vVY2FXTuLiVo1g3JHL4BgNT5rVypCXUAeV0U0Gn0sMSmLIwBai5xfb4uMeIWWb36U
            ilqRmIBOj5llMJ6aUyKPjTwZf3QqJXpnIjpuVBNKSjoXWDozHHUtroPz1Pf2AyoAAAAASUVORK5CYII=
            """,
            """
            st/0x/HT1e3N3+av6dST58Vv6KNb5ZFNyoM5tmAyqWMvlko9hVZCptnVv+3X1ezB1t6m4+Sf3NaS2rl0zKNZxY9MrHhQondIjmZLfWdSi8jR
            q9bTv9fJzuW5zNSg086Wy7d9waF5vJFgnoFgj3lggnJbanN0gq3Cl763qdS4rsasvr2Nx7qRsLKDtJF6n4ltiHpwhGtzaniBTneEa56hgqaq
            j7SYoa6Rpat/qpuKqox/ko16h3V4cG95YGeBRWWIOmqVVo6OcJSTg5qHgpp7jZtvl41ngn1vgGlocldpZ1twUFd4N1GOKF2lTIWCa457cZJw
            f4dmiopRiW1Qg2tIc1lTaU1QVElkSkF7NDKFIDeaVYiIYoN5fIpjg4lbjm9VhV07iVo1ckcvYDU+VypCQB5XNBp9MSmLWoucb4uMhZZvlIpa
            mIBOmWUwmlMijTwZdColZyI6VBNKOhdYMxx1
            """),
        PictureFixture(
            "grey PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAAAAADMEfm2AAAAiUlEQVR42gF+AIH/AK7H1eXu6+jezL2xl4QAocHF1evr4c3FsKSbfwCWp7/M
            ztfKzbypjIBsAIGVoK3Cvru0lId5Z1MAcYCJmKqplp6Ke11LNwBnaoaGk4mMiWtmTjMnAEthcHyGhH15b01DLBsAVmF/fo2Lg4BrXUUsIwBf
            eH6Rj56Pf3puSjotK9pAH5lkxnEAAAAASUVORK5CYII=
            """,
            """
            rq6ux8fH1dXV5eXl7u7u6+vr6Ojo3t7ezMzMvb29sbGxl5eXhISEoaGhwcHBxcXF1dXV6+vr6+vr4eHhzc3NxcXFsLCwpKSkm5ubf39/lpaW
            p6env7+/zMzMzs7O19fXysrKzc3NvLy8qampjIyMgICAbGxsgYGBlZWVoKCgra2twsLCvr6+u7u7tLS0lJSUh4eHeXl5Z2dnU1NTcXFxgICA
            iYmJmJiYqqqqqamplpaWnp6eioqKe3t7XV1dS0tLNzc3Z2dnampqhoaGhoaGk5OTiYmJjIyMiYmJa2trZmZmTk5OMzMzJycnS0tLYWFhcHBw
            fHx8hoaGhISEfX19eXl5b29vTU1NQ0NDLCwsGxsbVlZWYWFhf39/fn5+jY2Ni4uLg4ODgICAa2trXV1dRUVFLCwsIyMjX19feHh4fn5+kZGR
            j4+Pnp6ej4+Pf39/enp6bm5uSkpKOjo6LS0t
            """),
        PictureFixture(
            "grey and alpha PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAQAAABDc27hAAAA/klEQVR42gHzAAz/AK5fx3jVfuWR7o/rnuiP3n/Mer1usUqXOoQtAKFWwWHF
            f9V+643ri+GDzYDFa7BdpEWbLH8jAJZLp2G/cMx8zobXhMp9zXm8b6lNjEOALGwbAIFnlWqghq2GwpO+ibuMtImUa4dmeU5nM1MnAHFxgICJ
            iZiYqqqpqZaWnp6Kint7XV1LSzc3AGeBapWGoIatk8KJvoy7ibRrlGaHTnkzZydTAEuWYadwv3zMhs6E133Kec1vvE2pQ4wsgBtsAFahYcF/
            xX7VjeuL64PhgM1rxV2wRaQsmyN/AF+ueMd+1ZHlj+6e64/of956zG69SrE6ly2EYMiAPcPMwB4AAAAASUVORK5CYII=
            """,
            """
            rq6ux8fH1dXV5eXl7u7u6+vr6Ojo3t7ezMzMvb29sbGxl5eXhISEoaGhwcHBxcXF1dXV6+vr6+vr4eHhzc3NxcXFsLCwpKSkm5ubf39/lpaW
            p6env7+/zMzMzs7O19fXysrKzc3NvLy8qampjIyMgICAbGxsgYGBlZWVoKCgra2twsLCvr6+u7u7tLS0lJSUh4eHeXl5Z2dnU1NTcXFxgICA
            iYmJmJiYqqqqqamplpaWnp6eioqKe3t7XV1dS0tLNzc3Z2dnampqhoaGhoaGk5OTiYmJjIyMiYmJa2trZmZmTk5OMzMzJycnS0tLYWFhcHBw
            fHx8hoaGhISEfX19eXl5b29vTU1NQ0NDLCwsGxsbVlZWYWFhf39/fn5+jY2Ni4uLg4ODgICAa2trXV1dRUVFLCwsIyMjX19feHh4fn5+kZGR
            j4+Pnp6ej4+Pf39/enp6bm5uSkpKOjo6LS0t
            """),
        PictureFixture(
            "1-bit grey PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJAQAAAADBAZvHAAAAIElEQVR42mP4/4Ph/wcwOsBQ38Bgz8DAw8DAz8AgxwAAsXsJDGljfpcAAAAA
            SUVORK5CYII=
            """,
            """
            ////////////////////////////////////////////////////////////////////////////////////////////////////AAAA////
            ////////////////////////////////////////////AAAA////////////////////////////////////////AAAAAAAAAAAAAAAA////
            ////////////////////////////AAAAAAAAAAAAAAAAAAAAAAAA////////////////////////AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
            AAAA////////AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA////////////////AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA////
            ////////////AAAAAAAAAAAAAAAAAAAAAAAA
            """),
        PictureFixture(
            "2-bit grey PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJAgAAAACGoeEXAAAAMElEQVR42mPY//9VAwOQcGBY/X+VA8OqV0sdGLJWTWVgiFoVwsAQuhREgFhh
            K0MYAOupEhMJRhZOAAAAAElFTkSuQmCC
            """,
            """
            qqqq////////////////////////////////qqqqqqqqqqqqqqqqqqqq////////////////////////////////qqqqqqqqqqqqVVVVqqqq
            qqqqqqqq////////////////////qqqqqqqqqqqqqqqqVVVVqqqqqqqqqqqqqqqq////qqqqqqqqqqqqqqqqqqqqVVVVVVVVVVVVVVVVqqqq
            qqqqqqqqqqqqqqqqqqqqqqqqqqqqVVVVVVVVVVVVAAAAVVVVVVVVqqqqqqqqqqqqqqqqqqqqqqqqVVVVVVVVVVVVAAAAAAAAVVVVVVVVVVVV
            VVVVqqqqqqqqVVVVVVVVVVVVVVVVVVVVAAAAAAAAVVVVVVVVVVVVVVVVqqqqqqqqqqqqqqqqVVVVVVVVVVVVAAAAAAAAVVVVVVVVVVVVqqqq
            qqqqqqqqqqqqVVVVVVVVVVVVVVVVAAAAAAAA
            """),
        PictureFixture(
            "4-bit grey PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJBAAAAAAJ4RS3AAAAU0lEQVR42gFIALf/AKze7u3LuYAArM3u7MupcACavM3MuohgAImqy7uYdlAA
            eImqmYdUMABmiJiIZkMgAEZ3iHdkQhAAVneIiGVCIABXeYmHdkMgd9QhPmW2b8sAAAAASUVORK5CYII=
            """,
            """
            qqqqzMzM3d3d7u7u7u7u7u7u7u7u3d3dzMzMu7u7u7u7mZmZiIiIqqqqzMzMzMzM3d3d7u7u7u7u7u7uzMzMzMzMu7u7qqqqmZmZd3d3mZmZ
            qqqqu7u7zMzMzMzM3d3dzMzMzMzMu7u7qqqqiIiIiIiIZmZmiIiImZmZqqqqqqqqzMzMu7u7u7u7u7u7mZmZiIiId3d3ZmZmVVVVd3d3iIiI
            iIiImZmZqqqqqqqqmZmZmZmZiIiId3d3VVVVREREMzMzZmZmZmZmiIiIiIiImZmZiIiIiIiIiIiIZmZmZmZmREREMzMzIiIiREREZmZmd3d3
            d3d3iIiIiIiId3d3d3d3ZmZmREREREREIiIiERERVVVVZmZmd3d3d3d3iIiIiIiIiIiIiIiIZmZmVVVVREREIiIiIiIiVVVVd3d3d3d3mZmZ
            iIiImZmZiIiId3d3d3d3ZmZmREREMzMzIiIi
            """),
        PictureFixture(
            "16-bit RGB PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJEAIAAAA2iO1+AAAC0klEQVR42gHHAjj9AK8q3Z7oOcty5nrfOd7Q6rnFHOF26x2uvu5i012JP/IW
            wSJxiuS5tZ9oOd/rnaY7480Bfw43D7fFZl0yQqOYVbIucpRhUGMyUoRhRH1CUwCoh+Kl4rG8AuSj2lHXre72wmLfHPOtuFTrWOSdnZvuBsZ1
            h2DlkL6gdQTkD6t/ZNfCOIsdV2K5RHgSR+2eqHDLTeSYol9aUgCIGnBQWZ4Aj6i/INlCqOTTSs4fxD7dXMR/0n7cG7we2TTWUZ731kbKWpS2
            1Fa2/H58ylysxXDKtamGI11LqZSEXlxugkh1SWB7gNJ1XWi/Z/t3InDsAIlKsBi50ZUBv/64NKOczj+v37i0zPusyri9v/Gcpbk2xDiTp7Be
            t8KOn64Jke15+aFNjEhrZZLPjQVtLXeye2prcWvvdcxzHFY7dkKKqABqbZqsozmCdqldlzCWNK5noK2bvrbGmzCklKkXiCGldp+yfTyiK43M
            d5mR0YUWd/GMznLWeBpxpWyKfy9i6m7Sh9RIumktkb8/dnCynpgAWtSMhJJMaamWrIFKiYSaqoNWjCuYU33VnCeYZHB9mcuCXnD+imuDdmTa
            gXNtrmBada5bmHL7YGZTN3YjTIJNgIAXOAJTZJQJH/NVyqYVAE3Hh8GHuVTdhbRtgnW5f8xtlXxwhZJjWoRndYFUv4gxdG5TToYnbE5UTXH9
            WmNLVV9lQDpO6VDwOWRtIzYEQ/dw1CraO5WApSrEQW2f0wBKMopxihtoxpgadYBuWZH+bmiFJIXsVY2JiXuiQ/2MBm64PnSLJVXoO42H6UAo
            MqxtCjf8PvFa4iRWSbI/MCPXbho2vCSmcUsidjh5mQIAZA2Mt5WvckGUcoLHjq2SfXHdhYmNAVx1lz6DrUoaoP1omzPMk3VSESJvhX44ax47
            eTUqGih/XzEkoDU/VG8Y9U2GT74PrmDaOA4XsoE8CMBflpp8DeAAAAAASUVORK5CYII=
            """,
            """
            r93oy+bf3urF4euu7tOJ8sFx5LVo3507zX83t2Yyo1UulFAyhERCqOLivOTa1+7C3/O46+Sd7saH5b515KtkwotXuXhHnnBNmF9SiHBZj7/Z
            qNPOxN3E0ty82dae1sqU1LZ+yqxwtYZdqYRcgnVggHVoZ3dwibC5lb+4o86vuMysuL+cucSTsLeOrpF5oYxrko1td3tra3VzVnaKapqjgqmX
            lq6gm7abpKmIpZ99oo13kYV3jHJ4cWx/Ym6HSGmRP3CeWoySaZaBiZqDjJh9nJhwmYJwioNkgW1gdVtyYFN2TE2AOFOUH1WmTYeHVIVtdX9t
            fIVjhHVUiHRThmxUcVpLX0BOUDltNkNwKjuAKkGfSoqKaJh1bpFuhYVViXtDjG4+i1U7h0AybTc+WiRJPyNuNiRxIjiZZIyVcpSCjpJxhY1c
            l4NKoGgzk1IihTgeeSooXyQ1VBhNTw9gOBeB
            """),
        PictureFixture(
            "16-bit grey PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJEAAAAACcgSX1AAAA2UlEQVR42g2OvysEABzFPx+XusXVZZAfXWdSBhY/FqlbzhWDLtIZFDbKj0GX
            riTUqTsuZoOSMhpMFptJNzlZlH/AqgyO7/Zevfd5Dw7c4Iom9wyzxxR34BhvZLDOFjWeaJni1Q4qDroYsVEocBJ2kh3XHLHsGQOmXaYLcpQp
            mmPcXRp8cUPNEudW4ZdGyG1OXWfOVSTBBN8uYJEfY9EK/XxyGe1p3k3GMfqCe80Sf+zbzQsPDDFrySP44JEZMyZosUnWY1bspNc0we9hnmdu
            o3FIlQva5gOc/AcSijE9+1mJvwAAAABJRU5ErkJggg==
            """,
            """
            fn5+////nJyczs7OsLCwKioqdXV1PDw8qKioAAAA////1tbWHh4e////bm5ui4uLv7+/1dXV////1NTU////e3t7////////KioqLy8vSEhI
            hISEe3t7////cHBw////////////////HBwc////////DQ0NQUFBd3d3UlJS////NTU1////j4+P7e3to6Oji4uL////jo6O/////f39j4+P
            ////b29viIiI////TExM////AQEBAwMDNjY29vb2////////+fn5////////////Gxsb4ODgkpKSNTU1////2NjY////zs7OGhoa////oKCg
            V1dX////eXl5////zMzMtLS0JycnS0tL////////3d3durq6R0dH////////1dXVa2trICAg////Xl5e////GRkZ////TExM////UFBQxsbG
            paWlzMzMgICAh4eHkZGR/v7+////kpKSCAgI
            """),
        PictureFixture(
            "16-bit grey and alpha PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJEAQAAAAT47KiAAAB6ElEQVR42gHdASL+AK8q3Z7LcuZ63tDqueF26x3uYtNd8hbBIuS5tZ/f652m
            zQF/DrfFZl2jmFWylGFQY4RhRH0AqIfipbwC5KPXre723xzzretY5J3uBsZ15ZC+oOQPq3/COIsduUR4Ep6ocMuYol9aiBpwUACPqL8gqOTT
            SsQ+3VzSftwb2TTWUdZGylrUVrb8ylysxbWphiOplIRegkh1SYDSdV1n+3ciAIlKsBiVAb/+o5zOP7i0zPu4vb/xuTbEOLBet8KuCZHtoU2M
            SJLPjQV3sntqa+91zFY7dkIAam2arIJ2qV2WNK5nm762xqSUqReldp+yoiuNzJHRhRaMznLWcaVsimLqbtJIumktP3ZwsgBa1IyEaamWrImE
            mqqMK5hTnCeYZJnLgl6Ka4N2gXNtrnWuW5hgZlM3TIJNgDgCU2Qf81XKAE3Hh8FU3YW0dbl/zHxwhZKEZ3WBiDF0boYnbE5x/VpjX2VAOlDw
            OWQ2BEP3Kto7lSrEQW0ASjKKcWjGmBpuWZH+hSSF7ImJe6KMBm64iyVV6IfpQChtCjf8WuIkVj8wI9c2vCSmInY4eQBkDYy3ckGUco6tkn2F
            iY0Blz6DraD9aJuTdVIRhX44a3k1KhpfMSSgVG8Y9U++D644Dhey5uvwGexmQ4UAAAAASUVORK5CYII=
            """,
            """
            r6+vy8vL3t7e4eHh7u7u8vLy5OTk39/fzc3Nt7e3o6OjlJSUhISEqKiovLy819fX39/f6+vr7u7u5eXl5OTkwsLCubm5np6emJiYiIiIj4+P
            qKioxMTE0tLS2dnZ1tbW1NTUysrKtbW1qampgoKCgICAZ2dniYmJlZWVo6OjuLi4uLi4ubm5sLCwrq6uoaGhkpKSd3d3a2trVlZWampqgoKC
            lpaWm5ubpKSkpaWloqKikZGRjIyMcXFxYmJiSEhIPz8/WlpaaWlpiYmJjIyMnJycmZmZioqKgYGBdXV1YGBgTExMODg4Hx8fTU1NVFRUdXV1
            fHx8hISEiIiIhoaGcXFxX19fUFBQNjY2KioqKioqSkpKaGhobm5uhYWFiYmJjIyMi4uLh4eHbW1tWlpaPz8/NjY2IiIiZGRkcnJyjo6OhYWF
            l5eXoKCgk5OThYWFeXl5X19fVFRUT09PODg4
            """),
        PictureFixture(
            "palette PNG",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJBAMAAAAbVLtZAAAAMFBMVEUxGqDONoh6cOJEn4rgOO/bctKlUtoGI+PLTPyoPtv9zJ/czn3C1wh2
            70Ode5ZVo8SOPciEAAAAU0lEQVR42gFIALf/AKze7u3LuYAArM3u7MupcACavM3MuohgAImqy7uYdlAAeImqmYdUMABmiJiIZkMgAEZ3iHdk
            QhAAVneIiGVCIABXeYmHdkMgd9QhPmW2b8sAAAAASUVORK5CYII=
            """,
            """
            /cyfwtcIdu9DnXuWnXuWnXuWnXuWdu9DwtcI3M593M59qD7by0z8/cyfwtcIwtcIdu9DnXuWnXuWnXuWwtcIwtcI3M59/cyfqD7bBiPjqD7b
            /cyf3M59wtcIwtcIdu9DwtcIwtcI3M59/cyfy0z8y0z8pVLay0z8qD7b/cyf/cyfwtcI3M593M593M59qD7by0z8BiPjpVLa23LSBiPjy0z8
            y0z8qD7b/cyf/cyfqD7bqD7by0z8BiPj23LS4DjvRJ+KpVLapVLay0z8y0z8qD7by0z8y0z8y0z8pVLapVLa4DjvRJ+KenDi4DjvpVLaBiPj
            BiPjy0z8y0z8BiPjBiPjpVLa4Djv4DjvenDizjaI23LSpVLaBiPjBiPjy0z8y0z8y0z8y0z8pVLa23LS4DjvenDienDi23LSBiPjBiPjqD7b
            y0z8qD7by0z8BiPjBiPjpVLa4DjvRJ+KenDi
            """),
        PictureFixture(
            "palette PNG with transparency",
            """
            iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAMAAADepFZYAAAAMFBMVEUxGqDONoh6cOJEn4rgOO/bctKlUtoGI+PLTPyoPtv9zJ/czn3C1wh2
            70Ode5ZVo8SOPciEAAAAA3RSTlMAgP/s97MYAAAAUElEQVR42h3KSRKAMAwDQeF4j+H/z0WJbl0a9Lwf987elei5nNldgepNH2Q6srpZMQs3
            RB4XYbrgTiYr1yVQD94RrioP7IqfqQgsopiec8kPFMQDxfwTnU0AAAAASUVORK5CYII=
            """,
            """
            /cyfwtcIdu9DnXuWnXuWnXuWnXuWdu9DwtcI3M593M59qD7by0z8/cyfwtcIwtcIdu9DnXuWnXuWnXuWwtcIwtcI3M59/cyfqD7bBiPjqD7b
            /cyf3M59wtcIwtcIdu9DwtcIwtcI3M59/cyfy0z8y0z8pVLay0z8qD7b/cyf/cyfwtcI3M593M593M59qD7by0z8BiPjpVLa23LSBiPjy0z8
            y0z8qD7b/cyf/cyfqD7bqD7by0z8BiPj23LS4DjvRJ+KpVLapVLay0z8y0z8qD7by0z8y0z8y0z8pVLapVLa4DjvRJ+KenDi4DjvpVLaBiPj
            BiPjy0z8y0z8BiPjBiPjpVLa4Djv4DjvenDizjaI23LSpVLaBiPjBiPjy0z8y0z8y0z8y0z8pVLa23LS4DjvenDienDi23LSBiPjBiPjqD7b
            y0z8qD7by0z8BiPjBiPjpVLa4DjvRJ+KenDi
            """),
    ]
}
